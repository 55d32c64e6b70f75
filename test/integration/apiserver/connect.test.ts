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
import { gunzipSync, gzipSync } from 'node:zlib'
import { machineAddresses } from '#bin/host/addresses.ts'
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
async function listening(server: Server | PlainServer, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host)
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
function upgrade(
  server: HttpsServer,
  path: string,
  { protocol, method = 'POST', headers = {} }: { protocol: string; method?: string; headers?: Record<string, string> },
): Promise<Duplex | { code: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port: server.port,
      path,
      method,
      ca: authority.certificate,
      agent: false,
      headers: { connection: 'Upgrade', upgrade: protocol, authorization: 'Bearer secret', ...headers },
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
    const socket = await upgrade(server, `${pods}/${path}`, { protocol, method })
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
  const answer = await upgrade(server, `${pods}/two/exec?command=ls&stdout=true`, { protocol: 'SPDY/3.1' })
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
  assert.match(messageOf(answer), /^error trying to reach service: dial tcp [\d.]+:\d+: connect: connection refused$/)
})

/** What a site was asked, and by whom. */
interface Seen {
  readonly asked: string
  readonly headers: IncomingMessage['headers']
}
interface Site extends AsyncDisposable {
  readonly server: HttpsServer
  readonly kubelet: Kubelet
  readonly port: number
  readonly seen: Seen[]
}
/** An address of this machine that a pod could have: proxies go to none of loopback. */
const ADDRESS = machineAddresses(4)[0] ?? assert.fail('this machine has no address beside loopback')
const PAGE = '<a href="/rewriteme">test</a>'
const ANSWERS: Readonly<Record<string, readonly [number, Record<string, string>, string | Buffer]>> = {
  '/moved': [302, { location: '/there' }, ''],
  '/elsewhere': [302, { location: 'https://example.com/there' }, ''],
  '/page': [200, { 'content-type': 'text/html; charset=utf-8', 'content-length': String(PAGE.length) }, PAGE],
  '/zipped': [200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, gzipSync(PAGE)],
  '/text': [200, { 'content-type': 'text/plain', 'access-control-allow-origin': '*' }, PAGE],
}
/** A server whose pod "one" and service "svc" have a site behind them. */
async function site(): Promise<Site> {
  const stack = new AsyncDisposableStack()
  const seen: Seen[] = []
  const backend = createPlainServer((incoming, response) => {
    let body = ''
    incoming.on('data', piece => (body += piece))
    incoming.on('end', () => {
      seen.push({ asked: `${incoming.method} ${incoming.url} ${body}`.trim(), headers: incoming.headers })
      const [code, headers, answer] = ANSWERS[incoming.url ?? ''] ?? [201, { 'x-own': 'yes' }, 'hello']
      response.writeHead(code, headers).end(answer)
    })
  })
  backend.on('upgrade', ({ method, url, headers }: IncomingMessage, socket: Duplex) => {
    seen.push({ asked: `${method} ${url}`, headers })
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${headers.upgrade}\r\n\r\n`)
    socket.pipe(socket)
  })
  stack.defer(() => closed(backend))
  const port = await listening(backend, ADDRESS)
  const kubelet = stack.use(await startKubelet())
  const server = stack.use(await started(kubelet))
  const local = server.api.local({ user: anybody, agent: 'test' })
  await local.send({
    method: 'PATCH',
    path: `${pods}/one/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { podIP: ADDRESS, podIPs: [{ ip: ADDRESS }] } },
  })
  await local.send({
    method: 'POST',
    path: '/api/v1/namespaces/default/services',
    body: { metadata: { name: 'svc' }, spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] } },
  })
  const slice = (name: string, endpoint: object) =>
    local.send({
      method: 'POST',
      path: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
      body: {
        metadata: { name, labels: { 'kubernetes.io/service-name': 'svc' } },
        addressType: 'IPv4',
        endpoints: [endpoint],
        ports: [{ name: 'http', port }],
      },
    })
  const one = { kind: 'Pod', namespace: 'default', name: 'one' }
  await slice('svc-good', { addresses: [ADDRESS], targetRef: one })
  await slice('svc-unready', { addresses: ['192.0.2.1'], targetRef: one, conditions: { ready: false } })
  await slice('svc-no-pod', { addresses: ['192.0.2.2'] })
  await slice('svc-address-of-another', { addresses: ['192.0.2.3'], targetRef: one })
  return { server, kubelet, port, seen, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
const services = '/api/v1/namespaces/default/services'

test('a proxy passes methods, paths, queries and bodies on', async () => {
  await using on = await site()
  const root = `${pods}/one:${on.port}/proxy`
  const answer = await on.server.http2(`${root}/a/b?c=d&e`, { method: 'POST', body: 'body' })
  assert.deepEqual([answer.code, answer.headers['x-own'], text(answer)], [201, 'yes', 'hello'])
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET', 'HEAD']) {
    const { code } = await on.server.http1(`${root}/m`, { method })
    assert.equal(code, 201, method)
  }
  const slashless = await on.server.http2(`${root}?x=1`)
  assert.deepEqual([slashless.code, slashless.headers['location']], [301, `${root}/?x=1`])
  assert.equal((await on.server.http2(`${root}?x=1`, { method: 'PUT', body: 'b' })).code, 201)
  assert.deepEqual(
    on.seen.map(({ asked }) => asked),
    ['POST /a/b?c=d&e body', 'PUT /m', 'PATCH /m', 'DELETE /m', 'OPTIONS /m', 'GET /m', 'HEAD /m', 'PUT /?x=1 b'],
  )
})

test('the backend of a proxy hears for whom it is asked, and no credentials', async () => {
  await using on = await site()
  const path = `${pods}/one:${on.port}/proxy/a`
  const headers = { authorization: 'Bearer secret', 'x-own': 'kept', 'x-forwarded-for': '192.0.2.9', 'impersonate-user': 'alice' }
  await on.server.http2(path, { headers })
  await on.server.http1(path, { headers: { ...headers, connection: 'x-hop, keep-alive', 'x-hop': 'this hop only' } })
  for (const seen of on.seen) {
    assert.equal(seen.headers['x-own'], 'kept')
    assert.match(String(seen.headers['x-forwarded-for']), /^192\.0\.2\.9, .*127\.0\.0\.1$/)
    assert.equal(seen.headers['x-forwarded-uri'], path)
    assert.equal(seen.headers.host, `127.0.0.1:${on.server.port}`)
    for (const name of ['authorization', 'impersonate-user', 'x-hop']) assert.equal(seen.headers[name], undefined, name)
  }
  assert.equal(on.seen.length, 2)
})

test('links and redirects of a proxied site stay within the proxy', async () => {
  await using on = await site()
  const root = `${pods}/one:${on.port}/proxy`
  const moved = await on.server.http1(`${root}/moved`)
  assert.deepEqual([moved.code, moved.headers.location], [302, `${root}/there`])
  assert.equal((await on.server.http1(`${root}/elsewhere`)).headers.location, 'https://example.com/there')
  const led = `<a href="${root}/rewriteme">test</a>`
  assert.equal(text(await on.server.http2(`${root}/page`)), led)
  const zipped = await on.server.http1(`${root}/zipped`)
  assert.deepEqual([zipped.headers['content-encoding'], gunzipSync(zipped.body).toString()], ['gzip', led])
  const head = await on.server.http1(`${root}/zipped`, { method: 'HEAD' })
  assert.equal(head.code, 200)
  const plain = await on.server.http1(`${root}/text`)
  assert.deepEqual([text(plain), plain.headers['access-control-allow-origin']], [PAGE, undefined])
})

test('a service’s proxy goes to a ready endpoint that is a pod of the namespace', async () => {
  await using on = await site()
  for (const name of ['svc:http', 'svc:80', 'http:svc:http'])
    for (let i = 0; i < 8; i++) assert.equal((await on.server.http2(`${services}/${name}/proxy/x`)).code, 201, name)
  const refused: [path: string, code: number, message: string][] = [
    [`${services}/svc:none/proxy/`, 503, 'no endpoints available for service "svc"'],
    [`${services}/svc/proxy/`, 503, 'no endpoints available for service "svc"'],
    [`${services}/svc:81/proxy/`, 503, 'no service port 81 found for service "svc"'],
    [`${services}/none/proxy/`, 404, 'services "none" not found'],
    [`${services}/ftp:svc:80/proxy/`, 400, 'invalid service request "ftp:svc:80"'],
    [`${pods}/two/proxy/`, 400, 'address not allowed'],
  ]
  for (const [path, code, message] of refused) {
    const answer = await on.server.http2(path)
    assert.deepEqual([answer.code, messageOf(answer)], [code, message], path)
  }
})

test('a node’s proxy goes to its kubelet', async () => {
  await using on = await site()
  assert.equal(text(await on.server.http2('/api/v1/nodes/n1/proxy/healthz')), 'line 1\nline 2\n')
  assert.equal(text(await on.server.http2(`/api/v1/nodes/https:n1:${on.kubelet.port}/proxy/healthz`)), 'line 1\nline 2\n')
  assert.deepEqual(on.kubelet.asked, ['GET /healthz as alice', 'GET /healthz as alice'])
})

test('a connection through a proxy may switch protocols; a token among them stays here', async () => {
  await using on = await site()
  const headers = { 'sec-websocket-protocol': 'base64url.bearer.authorization.k8s.io.c2VjcmV0, chat' }
  const socket = await upgrade(on.server, `${pods}/one:${on.port}/proxy/ws?a`, { protocol: 'websocket', method: 'GET', headers })
  assert('write' in socket, JSON.stringify(socket))
  socket.write('ping')
  assert.equal(String((await once(socket, 'data'))[0]), 'ping')
  socket.destroy()
  const [seen] = on.seen
  assert.equal(seen?.asked, 'GET /ws?a')
  assert.deepEqual([seen.headers['sec-websocket-protocol'], seen.headers.authorization], ['chat', undefined])
  assert.equal(seen.headers['x-forwarded-for'], '127.0.0.1')
})

test('a client that breaks off in the middle of its body costs nobody else anything', async () => {
  await using on = await site()
  const asked = request({
    host: '127.0.0.1',
    port: on.server.port,
    path: `${pods}/one:${on.port}/proxy/a`,
    method: 'POST',
    ca: authority.certificate,
    agent: false,
    headers: { 'content-length': '1000' },
  })
  asked.on('error', () => undefined)
  asked.write('the beginning')
  await once(asked, 'socket')
  asked.destroy()
  assert.equal((await on.server.http2(`${pods}/one:${on.port}/proxy/b`)).code, 201)
})
