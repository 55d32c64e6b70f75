/** The API server calls services: endpoints behind them, certificates in their names, connections that are kept. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { type ClientConfig } from '#apiserver/reach/destination.ts'
import { Reach } from '#apiserver/reach/reach.ts'
import { systemRandom } from '#base/random.ts'
import { createAuthority, issueServer } from '#base/x509.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { anybody } from './fixture.ts'
import { authority, serveHttps } from './https.ts'

const validity = { notBefore: Date.now() - 86_400_000, notAfter: Date.now() + 86_400_000 }
const caBundle = Buffer.from(authority.certificate).toString('base64')
const stranger = createAuthority({ commonName: 'stranger', validity })

/** Of this machine: endpoints may not have addresses that mean another one everywhere. */
const OWN_ADDRESS =
  Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? ''

interface Hook extends AsyncDisposable {
  readonly port: number
  /** How many connections came. */
  readonly connections: () => number
}
async function startHook(host: string): Promise<Hook> {
  const credential = issueServer(authority, { subject: { commonName: 'hook', organizations: [] }, hosts: [host], validity })
  let count = 0
  const server: Server = createServer({ key: credential.key, cert: credential.certificate }, (incoming, response) =>
    response.end(`${incoming.url} at ${incoming.headers.host}`),
  )
  server.on('secureConnection', () => count++)
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Stage extends AsyncDisposable {
  readonly reach: Reach
  post(path: string, body: object): Promise<unknown>
}
async function stage(): Promise<Stage> {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await serveHttps({ catalogue }))
  const local = server.api.local({ user: anybody, agent: 'test' })
  const post = (path: string, body: object) => local.send({ method: 'POST', path, body })
  await post('/api/v1/namespaces', { metadata: { name: 'default' } })
  const reach = stack.use(new Reach({ objects: server.api.objects, random: systemRandom }))
  return { reach, post, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
const service = (name: string, spec: object) =>
  ['/api/v1/namespaces/default/services', { metadata: { name }, spec: { clusterIP: 'None', ports: [{ port: 443 }], ...spec } }] as const
const slice = (name: string, port: number, conditions = { ready: true }) =>
  [
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    {
      metadata: { generateName: `${name}-`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [OWN_ADDRESS], conditions }],
      ports: [{ name: '', port }],
    },
  ] as const

async function call(reach: Reach, config: ClientConfig): Promise<string> {
  const { url, agent } = reach.to(config)
  const asked = request(url, { agent }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return textOf(response)
}

test('a service is called by its name at a ready endpoint, over a connection that is kept', async () => {
  await using on = await stage()
  await using hook = await startHook('hook.default.svc')
  await on.post(...service('hook', {}))
  await on.post(...slice('hook', 1, { ready: false }))
  await on.post(...slice('hook', hook.port))
  const config = { service: { namespace: 'default', name: 'hook', path: '/check' }, caBundle }
  for (let i = 0; i < 5; i++) assert.equal(await call(on.reach, config), '/check at hook.default.svc')
  assert.equal(hook.connections(), 1)
})

test('who stands behind a service must have a certificate in its name, by the authority that is trusted', async () => {
  await using on = await stage()
  await using hook = await startHook('another.default.svc')
  await on.post(...service('hook', {}))
  await on.post(...slice('hook', hook.port))
  const reference = { namespace: 'default', name: 'hook' }
  await assert.rejects(call(on.reach, { service: reference, caBundle }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  const others = Buffer.from(stranger.certificate).toString('base64')
  await assert.rejects(call(on.reach, { service: reference, caBundle: others }), /unable to verify|self.signed/i)
  assert.equal(await call(on.reach, { service: reference, insecureSkipTLSVerify: true }), '/ at hook.default.svc')
})

test('an address outside of the cluster and a service that names one are called as well', async () => {
  await using on = await stage()
  await using local = await startHook('127.0.0.1')
  await using named = await startHook('outside.default.svc')
  assert.equal(await call(on.reach, { url: `https://127.0.0.1:${local.port}/a`, caBundle }), `/a at 127.0.0.1:${local.port}`)
  await on.post(...service('outside', { type: 'ExternalName', externalName: 'localhost', clusterIP: '', ports: [] }))
  const answer = await call(on.reach, { service: { namespace: 'default', name: 'outside', port: named.port }, caBundle })
  assert.equal(answer, `/ at outside.default.svc:${named.port}`)
})

test('a service that cannot be called is told in upstream’s words', async () => {
  await using on = await stage()
  await on.post(...service('empty', {}))
  const rows = [
    [{ name: 'none' }, 'services "none" not found'],
    [{ name: 'empty' }, 'no endpoints available for service "empty"'],
    [{ name: 'empty', port: 8080 }, 'no service port 8080 found for service "empty"'],
  ] as const
  for (const [reference, message] of rows)
    await assert.rejects(call(on.reach, { service: { namespace: 'default', ...reference }, caBundle }), { message })
})
