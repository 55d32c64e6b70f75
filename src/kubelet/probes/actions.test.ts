/** What servers see of a probe that asks them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createGrpcServer } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { test } from 'node:test'
import type { Runtime } from '../runtime/cri/client.ts'
import { type Action, act, type Outcome } from './actions.ts'

/** A HealthCheckResponse that says SERVING, with gRPC's five bytes before it. */
const SERVING = Uint8Array.of(0, 0, 0, 0, 2, 0x08, 1)

async function outcomeOf(server: Server, action: (port: number) => Action) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const target = { runtime: {} as Runtime, containerId: '', container: {}, ip: '127.0.0.1' }
  try {
    return await act(action((server.address() as AddressInfo).port), target, 30_000)
  } finally {
    server.close()
  }
}

test('a probe over HTTP says who asks', async () => {
  let agent: string | undefined
  const server = createHttpServer(({ headers }, response) => {
    agent = headers['user-agent']
    response.end()
  })
  assert.equal((await outcomeOf(server, port => ({ httpGet: { port } }) as Action)).isSuccess, true)
  assert.equal(agent, 'kube-probe/1.36')
})
interface Asked {
  readonly url: string
  readonly host: string | undefined
  readonly color: string | string[] | undefined
}
/** A server that answers by path: `/away` leads to another host, `/on` to `/end`, `/round` to itself, `/code/404` with that code. */
async function outcomeAt(httpGet: object): Promise<readonly [Outcome, readonly Asked[]]> {
  const asked: Asked[] = []
  const server = createHttpServer(({ url = '', headers }, response) => {
    asked.push({ url, host: headers.host, color: headers['x-color'] })
    const location = new Map([
      ['/away', 'http://elsewhere.test/'],
      ['/on', '/end'],
      ['/round', '/round'],
    ]).get(url)
    if (location) response.writeHead(302, { location }).end('moved')
    else response.writeHead(Number(/\/code\/(\d+)/.exec(url)?.[1] ?? 200)).end('well')
  })
  return [await outcomeOf(server, port => ({ httpGet: { port, ...httpGet } }) as Action), asked]
}
const answers: readonly [rule: string, path: string, isSuccess: boolean, output: RegExp, asked: number][] = [
  ['an answer', '/', true, /^well$/, 1],
  ['any code below 400', '/code/399', true, /^well$/, 1],
  ['a code of 400', '/code/400', false, /^HTTP probe failed with statuscode: 400$/, 1],
  ['a way on within the host is followed', '/on', true, /^well$/, 2],
  ['a way to another host is not, which is success', '/away', true, /^Probe terminated redirects, Response body: moved$/, 1],
  ['a way round is given up', '/round', false, /stopped after 10 redirects$/, 11],
  ['a path without its slash', 'code/404', false, /404/, 1],
]
for (const [rule, path, isSuccess, output, count] of answers)
  test(`a probe over HTTP: ${rule}`, async () => {
    const [outcome, asked] = await outcomeAt({ path })
    assert.deepEqual([outcome.isSuccess, outcome.isWarning ?? false, asked.length], [isSuccess, path === '/away', count])
    assert.match(outcome.output, output)
  })
test('a probe over HTTP sends its headers, also for another host than the one it asks', async () => {
  const httpHeaders = [
    { name: 'Host', value: 'web.test' },
    { name: 'X-Color', value: 'red' },
  ]
  assert.deepEqual((await outcomeAt({ path: '/x', httpHeaders }))[1], [{ url: '/x', host: 'web.test', color: 'red' }])
})
test('a port is told also where it is the usual one', async () => {
  const target = { runtime: {} as Runtime, containerId: '', container: {}, ip: '127.255.0.9' }
  assert.deepEqual(await act({ httpGet: { port: 80, path: '/x' } } as Action, target, 5_000), {
    isSuccess: false,
    output: 'Get "http://127.255.0.9:80/x": dial tcp 127.255.0.9:80: connect: connection refused',
  })
})
test('a port of a name that there is not cannot be asked', async () => {
  const target = { runtime: {} as Runtime, containerId: '', container: {}, ip: '127.0.0.1' }
  const expected = { isSuccess: false, isUnknown: true, output: `couldn't find port: "web"` }
  assert.deepEqual(await act({ tcpSocket: { port: 'web' } }, target, 5_000), expected)
})
test('a command may name variables whose values are written down', async () => {
  let asked: readonly string[] = []
  const execSync = async ({ cmd }: { cmd: readonly string[] }) => {
    asked = cmd
    return { stdout: Buffer.of(), stderr: Buffer.from('no'), exitCode: 3 }
  }
  const env = [
    { name: 'A', value: 'a' },
    { name: 'F', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ]
  const target = { runtime: { execSync } as unknown as Runtime, containerId: '', container: { env } as never, ip: '' }
  const outcome = await act({ exec: { command: ['test', '$(A)-$(F)-$$(A)-$(B)'] } }, target, 5_000)
  assert.deepEqual(asked, ['test', 'a--$(A)-$(B)'])
  assert.deepEqual(outcome, { isSuccess: false, output: 'no', error: "command 'test a--$(A)-$(B)' exited with 3: no" })
})
test('a probe asks the host that it names in place of the pod', async () => {
  const [{ isSuccess }, asked] = await outcomeAt({ path: '/x', host: 'localhost' })
  assert.equal(isSuccess, true)
  assert.match(asked[0]?.host ?? '', /^localhost:\d+$/)
})
test('a probe over gRPC says who asks, before the name of the library that asks for it', async () => {
  let agent: string | undefined
  const server = createGrpcServer()
  server.on('stream', (stream, headers) => {
    agent = headers['user-agent']
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(SERVING)
  })
  assert.deepEqual(await outcomeOf(server, port => ({ grpc: { port } }) as Action), { isSuccess: true, output: 'service healthy' })
  assert.match(agent ?? '', /^kube-probe\/1\.36 grpc-/)
})
