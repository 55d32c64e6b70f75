/** The official behaviours of the API server's proxies to pods and services, on a real web server. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { adminCredentials } from '#bin/host/credentials.ts'
import { createAuthority, issueServer } from '#base/x509.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ReplicationController } from '#kinds/core/replication-controller.ts'
import { Secret } from '#kinds/core/secret.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { type RawAnswer, rawRequest } from '#test/support/raw.ts'
import { eventually } from '../support/eventually.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await startNodeCluster(['nginx'])
})
after(() => cluster?.[Symbol.asyncDispose]())

function ask(method: string, path: string): Promise<RawAnswer> {
  const { server, authority: ca, certificate: cert, key } = adminCredentials(cluster.folder)
  return rawRequest(new URL(path, server), { method, ca, cert, key })
}

/** A site by port: over TLS, and what it answers to everything. */
interface Site {
  readonly port: number
  readonly isTls?: boolean
  readonly type: string
  readonly text: string
}
const siteConfig = ({ port, isTls, type, text }: Site) =>
  `server {
  listen ${port}${isTls ? ' ssl' : ''};
  ${isTls ? 'ssl_certificate /tls/tls.crt; ssl_certificate_key /tls/tls.key;' : ''}
  location / { default_type ${type}; return 200 '${text}'; }
}`
/** A web server with these sites, as the template of a pod; what it needs beside the pod is made. */
async function webServer(namespace: string, { name, sites, labels }: { name: string; sites: readonly Site[]; labels: object }) {
  const now = Date.now()
  const validity = { notBefore: now - 3_600_000, notAfter: now + 3_600_000 }
  const authority = createAuthority({ commonName: name, validity })
  const { certificate, key } = issueServer(authority, {
    subject: { commonName: name, organizations: [] },
    hosts: ['example.com'],
    validity,
  })
  const { client } = cluster
  await client.create(ConfigMap, { metadata: { namespace, name }, data: { 'sites.conf': sites.map(siteConfig).join('\n') } })
  await client.create(Secret, { metadata: { namespace, name }, stringData: { 'tls.crt': certificate, 'tls.key': key } })
  return {
    metadata: { name, namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name,
          image: 'nginx',
          ports: [{ containerPort: 80 }, ...PORTS.map(([portName, containerPort]) => ({ name: portName, containerPort }))],
          readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1, timeoutSeconds: 5 },
          volumeMounts: [
            { name: 'sites', mountPath: '/etc/nginx/conf.d' },
            { name: 'tls', mountPath: '/tls' },
          ],
        },
      ],
      volumes: [
        { name: 'sites', configMap: { name } },
        { name: 'tls', secret: { secretName: name } },
      ],
    },
  }
}
const PORTS = [
  ['dest1', 160],
  ['dest2', 162],
  ['tlsdest1', 460],
  ['tlsdest2', 462],
] as const
const withEndpoint = (namespace: string, service: string) =>
  eventually(
    async () => {
      const { items } = await cluster.client.list(EndpointSlice, { namespace, labelSelector: `kubernetes.io/service-name=${service}` })
      assert(items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready)))
    },
    { timeoutMs: 60_000 },
  )

const LINK = '<a href="/rewriteme">test</a>'
const SITES: readonly Site[] = [
  { port: 80, type: 'text/html', text: LINK },
  { port: 1080, type: 'text/html', text: LINK },
  { port: 160, type: 'text/plain', text: 'foo' },
  { port: 162, type: 'text/plain', text: 'bar' },
  { port: 443, isTls: true, type: 'text/html', text: '<a href="/tlsrewriteme">test</a>' },
  { port: 460, isTls: true, type: 'text/plain', text: 'tls baz' },
  { port: 462, isTls: true, type: 'text/plain', text: 'tls qux' },
]
/** Tried so often, to catch what fails rarely. */
const ATTEMPTS = 20

describe('proxy', { concurrency: 3 }, () => {
  test('[sig-network] Proxy version v1 should proxy through a service and a pod [Conformance]', async () => {
    const namespace = await cluster.namespace('proxy')
    const labels = { 'proxy-service-target': 'true' }
    const name = 'proxy-service'
    const port = (portName: string, number: number, targetPort: string | number) => ({ name: portName, port: number, targetPort })
    const ports = [
      port('portname1', 80, 'dest1'),
      port('portname2', 81, 162),
      port('tlsportname1', 443, 'tlsdest1'),
      port('tlsportname2', 444, 462),
    ]
    const { client } = cluster
    await client.create(Service, { metadata: { namespace, name }, spec: { selector: labels, ports } } as unknown as Partial<Service>)
    const template = await webServer(namespace, { name, sites: SITES, labels })
    await client.create(ReplicationController, {
      metadata: { namespace, name },
      spec: { replicas: 1, selector: labels, template },
    } as unknown as Partial<ReplicationController>)
    await withEndpoint(namespace, name)
    const [pod] = (await client.list(Pod, { namespace })).items
    assert(pod)
    const root = `/api/v1/namespaces/${namespace}`
    const service = (before: string, after: string) => `${root}/services/${before}${name}:${after}/proxy`
    const direct = (before: string, after: string) => `${root}/pods/${before}${pod.metadata.name}${after}/proxy`
    const led = (path: string, to: string) => [path, `<a href="${path}/${to}">test</a>`] as const
    const expectations: (readonly [path: string, text: string])[] = [
      [service('', 'portname1'), 'foo'],
      [service('http:', 'portname1'), 'foo'],
      [service('', 'portname2'), 'bar'],
      [service('http:', 'portname2'), 'bar'],
      [service('https:', 'tlsportname1'), 'tls baz'],
      [service('https:', 'tlsportname2'), 'tls qux'],
      led(direct('', ''), 'rewriteme'),
      led(direct('', ':1080'), 'rewriteme'),
      led(direct('http:', ':1080'), 'rewriteme'),
      [direct('', ':160'), 'foo'],
      [direct('http:', ':160'), 'foo'],
      [direct('', ':162'), 'bar'],
      [direct('http:', ':162'), 'bar'],
      led(direct('https:', ':443'), 'tlsrewriteme'),
      [direct('https:', ':460'), 'tls baz'],
      [direct('https:', ':462'), 'tls qux'],
    ]
    for (let i = 0; i < ATTEMPTS; i++)
      await Promise.all(
        expectations.map(async ([path, text]) => {
          const answer = await ask('GET', `${path}/`)
          assert.deepEqual([answer.status, answer.text], [200, text], path)
        }),
      )
  })

  const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']
  /** A pod that tells the method of a request, and a service in front of it; gives the paths of their proxies. */
  async function tellsMethods(base: string): Promise<readonly string[]> {
    const namespace = await cluster.namespace(base)
    const labels = { test: 'response' }
    const sites: readonly Site[] = [{ port: 80, type: 'application/json', text: '{"Method":"$request_method","Body":"foo"}' }]
    const pod = await webServer(namespace, { name: 'agnhost', sites, labels })
    await cluster.client.create(Pod, pod as unknown as Partial<Pod>)
    const spec = { selector: labels, ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] }
    await cluster.client.create(Service, { metadata: { namespace, name: 'test-service' }, spec } as unknown as Partial<Service>)
    await withEndpoint(namespace, 'test-service')
    return ['pods/agnhost', 'services/test-service'].map(path => `/api/v1/namespaces/${namespace}/${path}/proxy`)
  }
  async function answers(method: string, path: string): Promise<void> {
    const { status, text } = await ask(method, path)
    assert.equal(status, 200, `${method} ${path}: ${text}`)
    if (method !== 'HEAD') assert.deepEqual(JSON.parse(text), { Method: method, Body: 'foo' }, path)
  }

  test('[sig-network] Proxy version v1 A set of valid responses are returned for both pod and service ProxyWithPath [Conformance]', async () => {
    for (const proxy of await tellsMethods('proxy-with-path'))
      for (const method of METHODS) await answers(method, `${proxy}/some/path/with/${method}`)
  })

  test('[sig-network] Proxy version v1 A set of valid responses are returned for both pod and service Proxy [Conformance]', async () => {
    for (const proxy of await tellsMethods('proxy-without-path'))
      for (const method of METHODS) {
        const path = `${proxy}?method=${method}`
        if (method !== 'GET' && method !== 'HEAD') await answers(method, path)
        else {
          // Readers are sent to the path with a slash, from which links lead on.
          const { status, headers } = await ask(method, path)
          assert.deepEqual([status, headers['location']], [301, `${proxy}/?method=${method}`])
        }
      }
  })
})
