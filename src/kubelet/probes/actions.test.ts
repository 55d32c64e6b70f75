/** What servers see of a probe that asks them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createGrpcServer } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { test } from 'node:test'
import type { Runtime } from '../runtime/cri/client.ts'
import { type Action, act } from './actions.ts'

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
