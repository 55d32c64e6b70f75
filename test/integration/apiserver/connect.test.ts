/** Logs, streams and proxies: what the API server passes on to kubelets, pods and services. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createPlainServer, type IncomingMessage, type Server as PlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { catalogue } from '#kinds/catalogue.ts'
import { anybody } from './fixture.ts'
import { authority, clientCredential, type HttpsServer, serveHttps, serverCredential } from './https.ts'

/** A kubelet that tells what it was asked, echoes streams, and knows who asks. */
interface Kubelet extends AsyncDisposable {
  readonly port: number
  readonly asked: string[]
}
const callerOf = ({ socket }: IncomingMessage) => [(socket as TLSSocket).getPeerCertificate().subject?.CN].flat()[0] ?? 'nobody'
async function startKubelet(): Promise<Kubelet> {
  const asked: string[] = []
  const server = createServer(
    { key: serverCredential.key, cert: serverCredential.certificate, ca: authority.certificate, requestCert: true },
    (incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url} as ${callerOf(incoming)}`)
      if (incoming.url?.includes('/broken')) return void response.writeHead(400).end('the container is not waiting')
      response.write('line 1\n')
      response.end('line 2\n')
    },
  )
  server.on('upgrade', (incoming, socket: Duplex, head: Buffer) => {
    asked.push(
      `${incoming.method} ${incoming.url} ${incoming.headers.upgrade} as ${callerOf(incoming)} ${incoming.headers.authorization ?? ''}`.trim(),
    )
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${incoming.headers.upgrade}\r\n\r\n`)
    if (head.length) socket.write(head)
    socket.pipe(socket)
  })
  return { port: await listening(server), asked, [Symbol.asyncDispose]: () => closed(server) }
}
async function listening(server: Server | PlainServer): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
async function closed(server: Server | PlainServer): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

const container = (name: string) => ({ name, image: 'x' })
async function started(kubelet: Kubelet): Promise<HttpsServer> {
  const access = { cert: clientCredential.certificate, key: clientCredential.key, ca: authority.certificate }
  const server = await serveHttps({ catalogue, actions: { kubelet: access } })
  const post = (path: string, body: object) => server.api.local({ user: anybody, agent: 'test' }).send({ method: 'POST', path, body })
  await post('/api/v1/namespaces', { metadata: { name: 'default' } })
  await post('/api/v1/nodes', {
    metadata: { name: 'n1' },
    status: { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } } },
  })
  const pod = (name: string, spec: object) => post('/api/v1/namespaces/default/pods', { metadata: { name }, spec })
  await pod('one', { nodeName: 'n1', containers: [container('main')] })
  await pod('two', { nodeName: 'n1', containers: [container('a'), container('b')], initContainers: [container('i')] })
  await pod('broken', { nodeName: 'n1', containers: [container('main')] })
  await pod('waiting', { containers: [container('main')] })
  return server
}
const pods = '/api/v1/namespaces/default/pods'
const text = ({ body }: { readonly body: Buffer }) => body.toString()
const messageOf = (answer: { readonly body: Buffer }): string => JSON.parse(text(answer)).message

test('a log is the kubelet’s, asked for as this server', async () => {
  await using kubelet = await startKubelet()
  await using server = await started(kubelet)
  const answer = await server.http2(`${pods}/one/log?tailLines=5&timestamps=true`, { headers: { authorization: 'Bearer secret' } })
  assert.deepEqual([answer.code, answer.headers['content-type'], text(answer)], [200, 'text/plain', 'line 1\nline 2\n'])
  assert.deepEqual(kubelet.asked, ['GET /containerLogs/default/one/main?timestamps=true&tailLines=5 as alice'])
  assert.equal(text(await server.http1(`${pods}/one/log`)), 'line 1\nline 2\n')
})

const REFUSED: readonly [string, string, number, string][] = [
  [
    'a container must be chosen',
    'two/log',
    400,
    'a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]',
  ],
  ['the container must be one of the pod', 'two/log?container=c', 400, 'container c is not valid for pod two'],
  ['the pod must be there', 'none/log', 404, 'pods "none" not found'],
  ['what the kubelet refuses is told', 'broken/log', 400, 'the container is not waiting'],
  [
    'the number of lines is none',
    'one/log?tailLines=-1',
    422,
    'PodLogOptions "" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  ['a stream needs a connection that switches', 'one/exec?command=ls&stdout=true', 400, 'Upgrade request required'],
  ['exec needs a command', 'one/exec?stdout=true', 400, 'you must specify at least 1 command'],
  ['a stream needs a node', 'waiting/exec?command=ls&stdout=true', 400, 'pod waiting does not have a host assigned'],
]
test('what cannot be passed on is refused in upstream’s words', async t => {
  await using kubelet = await startKubelet()
  await using server = await started(kubelet)
  for (const [rule, path, code, message] of REFUSED)
    await t.test(rule, async () => {
      const answer = await server.http2(`${pods}/${path}`)
      assert.deepEqual([answer.code, messageOf(answer)], [code, message])
    })
  assert.equal(text(await server.http2(`${pods}/waiting/log`)), '')
})

/** Asks to switch to `protocol`; gives the connection, or the answer that refused it. */
function upgrade(server: HttpsServer, path: string, protocol: string, method = 'POST'): Promise<Duplex | { code: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port: server.port,
      path,
      method,
      ca: authority.certificate,
      agent: false,
      headers: { connection: 'Upgrade', upgrade: protocol, authorization: 'Bearer secret' },
    })
    asked.on('upgrade', (_response, socket: Duplex, head: Buffer) => {
      if (head.length) socket.unshift(head)
      resolve(socket)
    })
    asked.on('response', response => {
      let body = ''
      response.on('data', piece => (body += piece))
      response.on('end', () => resolve({ code: response.statusCode ?? 0, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

test('a stream goes through byte for byte, both ways', async () => {
  await using kubelet = await startKubelet()
  await using server = await started(kubelet)
  const rows = [
    [
      'SPDY/3.1',
      'POST',
      'one/exec?command=sh&command=-c&stdin=true&stdout=true&tty=true',
      'POST /exec/default/one/main?input=1&output=1&tty=1&command=sh&command=-c SPDY/3.1 as alice',
    ],
    ['websocket', 'GET', 'two/attach?container=b&stdout=1&stderr=1', 'GET /attach/default/two/b?output=1&error=1 websocket as alice'],
    ['SPDY/3.1', 'POST', 'one/portforward?ports=80,81', 'POST /portForward/default/one?port=80&port=81 SPDY/3.1 as alice'],
  ] as const
  for (const [protocol, method, path, asked] of rows) {
    const socket = await upgrade(server, `${pods}/${path}`, protocol, method)
    assert('write' in socket, JSON.stringify(socket))
    const sent = Buffer.alloc(3_000_000, 'abcdefg')
    socket.write(sent)
    const pieces: Buffer[] = []
    for await (const piece of socket as AsyncIterable<Buffer>) {
      pieces.push(piece)
      if (pieces.reduce((sum, one) => sum + one.length, 0) === sent.length) break
    }
    assert(Buffer.concat(pieces).equals(sent))
    assert.equal(kubelet.asked.at(-1), asked)
  }
})

test('a refusal is told on a connection that wanted to switch', async () => {
  await using kubelet = await startKubelet()
  await using server = await started(kubelet)
  const answer = await upgrade(server, `${pods}/two/exec?command=ls&stdout=true`, 'SPDY/3.1')
  assert('code' in answer)
  assert.equal(answer.code, 400)
  assert.match(answer.body, /choose one of: \[a b\]/)
})

test('a kubelet that cannot be reached is told as unavailable', async () => {
  const kubelet = await startKubelet()
  await using server = await started(kubelet)
  await kubelet[Symbol.asyncDispose]()
  const answer = await server.http2(`${pods}/one/log`)
  assert.equal(answer.code, 503)
  assert.match(messageOf(answer), /^error trying to reach service: .*ECONNREFUSED/)
})

test('a proxy passes methods, paths, bodies and redirects on', async () => {
  const seen: string[] = []
  const backend = createPlainServer((incoming, response) => {
    let body = ''
    incoming.on('data', piece => (body += piece))
    incoming.on('end', () => {
      seen.push(`${incoming.method} ${incoming.url} ${body}`)
      if (incoming.url === '/moved') response.writeHead(302, { location: '/there' }).end()
      else response.writeHead(201, { 'x-own': 'yes' }).end(`hello ${String(incoming.headers['x-forwarded-uri'])}`)
    })
  })
  const port = await listening(backend)
  await using _closing = { [Symbol.asyncDispose]: () => closed(backend) }
  await using kubelet = await startKubelet()
  await using server = await started(kubelet)
  const local = server.api.local({ user: anybody, agent: 'test' })
  await local.send({
    method: 'PATCH',
    path: `${pods}/one/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } },
  })
  await local.send({
    method: 'POST',
    path: '/api/v1/namespaces/default/services',
    body: { metadata: { name: 'svc' }, spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] } },
  })
  await local.send({
    method: 'POST',
    path: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    body: {
      metadata: { name: 'svc-1', labels: { 'kubernetes.io/service-name': 'svc' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.0.0.1'] }],
      ports: [{ name: 'http', port }],
    },
  })
  const root = `${pods}/one:${port}/proxy`
  const answer = await server.http2(`${root}/a/b?c=d`, { method: 'POST', body: 'body' })
  assert.deepEqual([answer.code, answer.headers['x-own'], text(answer)], [201, 'yes', `hello ${root}/a/b`])
  const moved = await server.http1(`${root}/moved`)
  assert.deepEqual([moved.code, moved.headers.location], [302, `${root}/there`])
  const slashless = await server.http2(`${root}?x=1`)
  assert.deepEqual([slashless.code, slashless.headers['location']], [301, `${root}/?x=1`])
  for (const name of ['svc:http', 'svc:80', 'http:svc:http']) {
    const through = await server.http2(`/api/v1/namespaces/default/services/${name}/proxy/x`)
    assert.equal(through.code, 201, name)
  }
  assert.deepEqual(seen, ['POST /a/b?c=d body', 'GET /moved ', 'GET /x ', 'GET /x ', 'GET /x '])
  const none = await server.http2('/api/v1/namespaces/default/services/svc:none/proxy/')
  assert.deepEqual([none.code, messageOf(none)], [503, 'no endpoints available for service "svc"'])
  const node = await server.http2('/api/v1/nodes/n1/proxy/healthz')
  assert.equal(text(node), 'line 1\nline 2\n')
  assert.equal(kubelet.asked.at(-1), 'GET /healthz as alice')
})
