/** The API over real HTTP/2 and HTTP/1.1 with TLS. */
import assert from 'node:assert/strict'
import { connect as connectTls } from 'node:tls'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { ProtobufReader } from '#base/protobuf.ts'
import { decodeEnvelope } from '#schema/protobuf-envelope.ts'
import { decodeProtobuf } from '#schema/protobuf.ts'
import { ConfigMap } from './fixture.ts'
import { authority, type Ask, type Http, type HttpsServer, serveHttps } from './https.ts'

const MAPS = '/api/v1/namespaces/default/configmaps'
const JSON_BODY = { 'content-type': 'application/json' }
// `any`: tests look into objects of all kinds
const read = ({ body }: Http): any => JSON.parse(body.toString())
const post = (server: HttpsServer, name: string, data: object = {}, more: Ask = {}) =>
  server.http2(MAPS, { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ metadata: { name }, data }), ...more })

for (const version of ['http1', 'http2'] as const)
  test(`${version}: create, read, list, delete`, async () => {
    await using server = await serveHttps()
    const ask = server[version]
    const made = await ask(MAPS, { method: 'POST', headers: JSON_BODY, body: '{"metadata":{"name":"a"},"data":{"k":"v"}}' })
    assert.equal(made.code, 201)
    assert.match(String(made.headers['audit-id']), /^[0-9a-f-]{36}$/)
    assert.equal(made.headers['cache-control'], 'no-cache, private')
    assert.equal(made.headers['content-type'], 'application/json')
    const got = await ask(`${MAPS}/a`)
    assert.deepEqual(read(got), read(made))
    const list = read(await ask(MAPS))
    assert.deepEqual([list.kind, list.items.length, list.items[0].data.k], ['ConfigMapList', 1, 'v'])
    const head = await ask(`${MAPS}/a`, { method: 'HEAD' })
    assert.deepEqual([head.code, head.body.length, head.headers['content-length']], [200, 0, String(got.body.length)])
    assert.equal(read(await ask(`${MAPS}/a`, { method: 'DELETE' })).status, 'Success')
    const missing = await ask(`${MAPS}/a`)
    assert.deepEqual([missing.code, read(missing).reason], [404, 'NotFound'])
  })

test('the certificate tells who asks', async () => {
  const seen: (readonly [string, readonly string[]])[] = []
  await using server = await serveHttps({
    gates: () => ({
      authenticate: async ({ certificate }) => {
        if (certificate) seen.push([certificate.commonName, certificate.organizations])
        return { name: 'x', groups: [], extra: {} }
      },
      authorizer: {
        authorize: async () => ({ decision: 'deny', reason: 'not today' }),
        rules: async () => ({ resource: [], nonResource: [], incomplete: false }),
      },
    }),
  })
  for (const version of ['http1', 'http2'] as const) {
    const refused = await server[version](MAPS)
    assert.equal(refused.code, 403)
    assert.match(
      read(refused).message,
      /^configmaps is forbidden: User "x" cannot list resource "configmaps" in API group "" in the namespace "default": not today$/,
    )
  }
  assert.deepEqual(seen, [
    ['alice', ['dev', 'system:masters']],
    ['alice', ['dev', 'system:masters']],
  ])
})

const MALFORMED: readonly [string, string, Ask, number][] = [
  ['a path that is no percent-encoding', '/api/v1/%zz', {}, 400],
  ['a method that nobody knows', MAPS, { method: 'BREW' }, 405],
  ['OPTIONS', MAPS, { method: 'OPTIONS' }, 405],
  ['no JSON', MAPS, { method: 'POST', headers: JSON_BODY, body: '{' }, 400],
  ['JSON that is no object', MAPS, { method: 'POST', headers: JSON_BODY, body: '[]' }, 400],
  ['null', MAPS, { method: 'POST', headers: JSON_BODY, body: 'null' }, 400],
  ['no body', MAPS, { method: 'POST', headers: JSON_BODY }, 400],
  ['a field of the wrong type', MAPS, { method: 'POST', headers: JSON_BODY, body: '{"metadata":{"name":"a"},"data":"x"}' }, 400],
  [
    'bytes that are no protobuf',
    MAPS,
    { method: 'POST', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' }, body: 'abc' },
    400,
  ],
  ['a body of an unknown type', MAPS, { method: 'POST', headers: { 'content-type': 'text/html' }, body: 'abc' }, 415],
  ['a body beyond the limit', MAPS, { method: 'POST', headers: JSON_BODY, body: Buffer.alloc(3 * 1024 * 1024 + 1, 32) }, 413],
  ['another version in the object', MAPS, { method: 'POST', headers: JSON_BODY, body: '{"apiVersion":"v2","metadata":{"name":"a"}}' }, 400],
  ['another kind in the object', MAPS, { method: 'POST', headers: JSON_BODY, body: '{"kind":"Pod","metadata":{"name":"a"}}' }, 400],
  ['a patch of an unknown type', `${MAPS}/a`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{}' }, 415],
  ['an answer that nobody can give', MAPS, { headers: { accept: 'text/plain' } }, 406],
  ['a revision that is no number', `${MAPS}?resourceVersion=abc`, {}, 400],
  ['a limit that is no number', `${MAPS}?limit=abc`, {}, 400],
  ['a token that is none', `${MAPS}?continue=%25%25`, {}, 400],
  [
    'a name that is too long',
    MAPS,
    { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ metadata: { name: 'a'.repeat(300) } }) },
    422,
  ],
  [
    'a prototype in disguise',
    MAPS,
    { method: 'POST', headers: JSON_BODY, body: '{"metadata":{"name":"a","labels":{"__proto__":"b"}}}' },
    422,
  ],
]
test('what is malformed is refused, and the server goes on', async t => {
  await using server = await serveHttps()
  for (const [what, path, ask, code] of MALFORMED)
    for (const version of ['http1', 'http2'] as const) {
      // HTTP/1.1 in Node knows no other methods: it closes the connection.
      if (ask.method === 'BREW' && version === 'http1') continue
      await t.test(`${what}, ${version}`, async () => {
        const answer = await server[version](path, ask)
        assert.equal(answer.code, code, answer.body.toString())
        assert.equal(read(answer).kind, 'Status')
      })
    }
  assert.equal((await post(server, 'fine')).code, 201)
})

test('answers come in the form that the client accepts', async () => {
  await using server = await serveHttps()
  await post(server, 'a', { k: 'v' })
  const yaml = await server.http2(`${MAPS}/a`, { headers: { accept: 'application/yaml' } })
  assert.match(yaml.body.toString(), /^apiVersion: v1\ndata:\n {2}k: v\nkind: ConfigMap\n/)
  const protobuf = await server.http2(`${MAPS}/a`, { headers: { accept: 'application/vnd.kubernetes.protobuf,application/json' } })
  assert.equal(protobuf.headers['content-type'], 'application/vnd.kubernetes.protobuf')
  const { kind, raw } = decodeEnvelope(protobuf.body)
  assert.deepEqual([kind, decodeProtobuf(ConfigMap, raw).data], ['ConfigMap', { k: 'v' }])
  const table = read(await server.http2(MAPS, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } }))
  assert.deepEqual([table.kind, table.rows[0].cells, table.rows[0].object.kind], ['Table', ['a', 1], 'PartialObjectMetadata'])
  const partial = read(
    await server.http2(`${MAPS}/a`, { headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' } }),
  )
  assert.deepEqual([partial.kind, partial.metadata.name, partial.data], ['PartialObjectMetadata', 'a', undefined])
  const pretty = await server.http2(`${MAPS}/a?pretty=true`)
  assert.match(pretty.body.toString(), /^\{\n {2}"kind": "ConfigMap",\n/)
})

test('a list names the type of its items once; those of custom resources say it themselves', async () => {
  await using server = await serveHttps()
  const gadgets = '/apis/shop.example/v1/namespaces/default/gadgets'
  await post(server, 'a', { k: 'v' })
  await server.http2(gadgets, { method: 'POST', headers: JSON_BODY, body: '{"metadata":{"name":"g"}}' })
  for (const query of ['', '?pretty=true']) {
    const [map] = read(await server.http2(`${MAPS}${query}`)).items
    assert.deepEqual(Object.keys(map), ['metadata', 'data'])
    const [gadget] = read(await server.http2(`${gadgets}${query}`)).items
    assert.deepEqual([gadget.kind, gadget.apiVersion], ['Gadget', 'shop.example/v1'])
  }
})

test('bodies come as YAML and protobuf too', async () => {
  await using server = await serveHttps()
  const yaml = await server.http2(MAPS, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: 'metadata: {name: from-yaml}\ndata: {k: v}\n',
  })
  assert.equal(yaml.code, 201)
  const { body } = await server.http2(`${MAPS}/from-yaml`, { headers: { accept: 'application/vnd.kubernetes.protobuf' } })
  const again = await server.http2(`${MAPS}/from-yaml`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
    body,
  })
  assert.equal(again.code, 200)
  assert.equal(read(again).data.k, 'v')
})

test('large lists are zipped for those who ask', async () => {
  await using server = await serveHttps()
  for (let i = 0; i < 20; i++) await post(server, `m${i}`, { text: 'x'.repeat(10_000) })
  const zipped = await server.http2(MAPS, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(zipped.headers['content-encoding'], 'gzip')
  assert.equal(JSON.parse(gunzipSync(zipped.body).toString()).items.length, 20)
  assert.equal((await server.http2(MAPS)).headers['content-encoding'], undefined)
})

test('warnings become headers', async () => {
  await using server = await serveHttps()
  const made = await server.http2(MAPS, { method: 'POST', headers: JSON_BODY, body: '{"metadata":{"name":"a"},"dta":{}}' })
  assert.equal(made.headers['warning'], '299 - "unknown field \\"dta\\"; did you mean \\"data\\"?"')
})

test('a watch streams lines as they come and ends with the server', async () => {
  const server = await serveHttps()
  const watch = watching(server)
  await post(server, 'a')
  await post(server, 'b')
  assert.deepEqual(
    (await watch.until('"b"')).map(({ type, object }) => [type, object.metadata.name]),
    [
      ['ADDED', 'a'],
      ['ADDED', 'b'],
    ],
  )
  const disposing = server[Symbol.asyncDispose]()
  await watch.ended
  await disposing
})
test('a watch in tables names the columns once', async () => {
  await using server = await serveHttps()
  await post(server, 'a')
  const watch = watching(server, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
  await post(server, 'b')
  assert.deepEqual(
    (await watch.until('"b"')).map(({ object }) => [object.rows[0].cells[0], object.columnDefinitions?.length ?? null]),
    [
      ['a', 2],
      ['b', null],
    ],
  )
})
/** A watch of config maps, as text. */
function watching({ session }: Awaited<ReturnType<typeof serveHttps>>, headers: Record<string, string> = {}) {
  const stream = session.request({ ':path': `${MAPS}?watch=true`, ...headers })
  let text = ''
  stream.setEncoding('utf8')
  const heard = new Set<() => void>()
  stream.on('data', (piece: string) => {
    text += piece
    for (const look of heard) look()
  })
  const ended = new Promise<void>(done => stream.on('end', done)).catch(() => undefined)
  const until = async (word: string) => {
    while (!text.includes(word)) await new Promise<void>(look => heard.add(look))
    return text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  }
  return { until, ended }
}

test('a watch in protobuf comes in frames', async () => {
  await using server = await serveHttps()
  await post(server, 'a', { k: 'v' })
  const stream = server.session.request({ ':path': `${MAPS}?watch=true`, accept: 'application/vnd.kubernetes.protobuf;stream=watch' })
  let bytes = Buffer.alloc(0)
  let type = ''
  stream.on('response', head => (type = String(head['content-type'])))
  for await (const piece of stream as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, piece])
    if (bytes.length >= 4 && bytes.length === 4 + bytes.readUInt32BE(0)) break
  }
  assert.equal(type, 'application/vnd.kubernetes.protobuf;stream=watch')
  const reader = new ProtobufReader(bytes.subarray(4))
  assert.deepEqual([reader.tag(), reader.string()], [0x0a, 'ADDED'])
  assert.equal(reader.tag(), 0x12)
  reader.enter()
  assert.equal(reader.tag(), 0x0a)
  const { kind, raw } = decodeEnvelope(reader.bytes())
  assert.deepEqual([kind, decodeProtobuf(ConfigMap, raw).data], ['ConfigMap', { k: 'v' }])
})

test('custom resources have no protobuf and no strategic merge, and need a resourceVersion', async () => {
  await using server = await serveHttps()
  const gadgets = '/apis/shop.example/v1/namespaces/default/gadgets'
  const body = '{"metadata":{"name":"g"}}'
  await server.http2(gadgets, { method: 'POST', headers: JSON_BODY, body })
  const accept = 'application/vnd.kubernetes.protobuf'
  const none = await server.http2(`${gadgets}/g`, { headers: { accept } })
  assert.equal(none.code, 406)
  assert.equal(
    (await server.http2(`${gadgets}/g`, { headers: { accept: `${accept},application/json` } })).headers['content-type'],
    'application/json',
  )
  const patched = await server.http2(`${gadgets}/g`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: '{}',
  })
  assert.equal(patched.code, 415)
  const put = await server.http2(`${gadgets}/g`, { method: 'PUT', headers: JSON_BODY, body })
  assert.match(read(put).message, /metadata.resourceVersion: Invalid value: 0x0: must be specified for an update/)
})

test('who shows no certificate is let through to authentication', async () => {
  await using server = await serveHttps()
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, ca: authority.certificate }, () =>
      socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
    )
    let text = ''
    socket.on('data', piece => (text += piece))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  assert.match(answer, /^HTTP\/1.1 200 OK/)
  assert.match(answer, /apiserver_current_inflight_requests 1/)
})
