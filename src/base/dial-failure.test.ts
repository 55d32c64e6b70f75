/** In which words it is told that a server cannot be reached. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get as getPlain, createServer } from 'node:http'
import { get } from 'node:https'
import { type AddressInfo, createServer as createStreamServer } from 'node:net'
import { test } from 'node:test'
import { dialFailure } from './dial-failure.ts'

const rows: readonly (readonly [error: NodeJS.ErrnoException, words: string])[] = [
  [Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }), 'dial tcp 10.0.0.1:80: connect: no route to host'],
  [Object.assign(new Error('x'), { code: 'ENETUNREACH' }), 'dial tcp 10.0.0.1:80: connect: network is unreachable'],
  [new Error('certificate has expired'), 'certificate has expired'],
]
for (const [error, words] of rows) test(`a failure is told as: ${words}`, () => assert.equal(dialFailure(error, '10.0.0.1:80'), words))

test('failures of real servers: one that is gone, one that hangs up, one without TLS', async () => {
  const hangsUp = createStreamServer(socket => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1')
  const plain = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await Promise.all([once(hangsUp, 'listening'), once(plain, 'listening')])
  const [hung, spoken] = [hangsUp, plain].map(server => (server.address() as AddressInfo).port)
  const failure = async (send: typeof getPlain, url: string) => {
    const [error] = (await once(send(url, { agent: false } as object), 'error')) as [Error]
    return dialFailure(error, new URL(url).host)
  }
  assert.equal(await failure(getPlain, `http://127.0.0.1:${hung}/`), 'EOF')
  assert.equal(await failure(get, `https://127.0.0.1:${spoken}/`), 'http: server gave HTTP response to HTTPS client')
  hangsUp.close()
  plain.close()
  await Promise.all([once(hangsUp, 'close'), once(plain, 'close')])
  assert.equal(await failure(getPlain, `http://127.0.0.1:${hung}/`), `dial tcp 127.0.0.1:${hung}: connect: connection refused`)
})
