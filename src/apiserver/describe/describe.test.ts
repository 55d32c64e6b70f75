/** What the server says of itself, document by document. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupVersion } from '#kinds/declare.ts'
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { createSigningKey, readSigningKey } from '../authenticate/signing-key.ts'
import type { Incoming } from '../request.ts'
import type { ServedGroup } from '../resources/registry.ts'
import { Resource } from '../resources/resource.ts'
import type { BytesResult, Result } from '../result.ts'
import type { Route } from '../route.ts'
import { accepted } from './accept.ts'
import { storageVersionHash } from './discovery.ts'
import { discoveryRoute } from './discovery-route.ts'
import { type HealthCheck, healthRoute, ping } from './health.ts'
import { openidRoute } from './openid.ts'
import { rootRoute } from './root.ts'
import { versionInfo, versionRoute } from './version.ts'

const core = groupVersion({ group: '', version: 'v1', package: 'io.k8s.api.core.v1' })
class Pod extends core.kind({
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: true },
  fields: {},
}) {}
class Binding extends core.kind({ plural: 'bindings', scope: 'Namespaced', verbs: ['create'], fields: {} }) {}
const apps = groupVersion({ group: 'acme.com', version: 'v2', package: 'com.acme.v2' })
const scale = { replicas: '.spec.replicas', actual: '.status.replicas', selector: '.status.selector' }
class Widget extends apps.kind({
  plural: 'widgets',
  singular: 'wid',
  scope: 'Cluster',
  subresources: { scale },
  fields: { spec: field(1, string, 'Words.') },
}) {}
const served = (...kinds: readonly ConstructorParameters<typeof Resource>[0][]) =>
  kinds.map(kind => new Resource(kind, kind, undefined as never))
let groups: readonly ServedGroup[] = [
  { group: '', versions: [{ version: 'v1', resources: served(Pod, Binding) }] },
  {
    group: 'acme.com',
    versions: [
      { version: 'v2', resources: served(Widget) },
      { version: 'v1', resources: [] },
    ],
  },
]
let changed = () => {}
const registry = {
  groups: async () => groups,
  onChange: (listener: () => void) => {
    changed = listener
    return { [Symbol.dispose]: () => {} }
  },
}
const ask = async (route: Route, path: string, headers: Incoming['headers'] = {}): Promise<Result | undefined> => {
  const [pathname = '', query] = path.split('?')
  return route({ incoming: { headers, query: new URLSearchParams(query) }, target: { path: pathname } } as never)
}
const value = async (route: Route, path: string) => {
  const result = await ask(route, path)
  return result?.form === 'value' ? result.value : result
}
const discovery = discoveryRoute(registry, () => '10.0.0.1:6443')

const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const ACME = {
  name: 'acme.com',
  versions: [
    { groupVersion: 'acme.com/v2', version: 'v2' },
    { groupVersion: 'acme.com/v1', version: 'v1' },
  ],
  preferredVersion: { groupVersion: 'acme.com/v2', version: 'v2' },
}
const DOCUMENTS: readonly [string, unknown][] = [
  [
    '/api',
    { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '10.0.0.1:6443' }] },
  ],
  ['/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups: [ACME] }],
  ['/apis/', { kind: 'APIGroupList', apiVersion: 'v1', groups: [ACME] }],
  ['/apis/acme.com', { kind: 'APIGroup', apiVersion: 'v1', ...ACME }],
  [
    '/apis/acme.com/v2',
    {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: 'acme.com/v2',
      resources: [
        {
          name: 'widgets',
          singularName: 'wid',
          namespaced: false,
          kind: 'Widget',
          verbs: ALL,
          storageVersionHash: storageVersionHash('acme.com', 'v2', 'Widget'),
        },
        {
          name: 'widgets/scale',
          singularName: '',
          namespaced: false,
          group: 'autoscaling',
          version: 'v1',
          kind: 'Scale',
          verbs: ['get', 'patch', 'update'],
        },
      ],
    },
  ],
  ['/apis/acme.com/v1', { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'acme.com/v1', resources: [] }],
  ['/apis/acme.com/v3', undefined],
  ['/apis/none', undefined],
  ['/api/v2', undefined],
  ['/healthz', undefined],
]
for (const [path, document] of DOCUMENTS) test(`discovery: ${path}`, async () => assert.deepEqual(await value(discovery, path), document))

test('discovery: /api/v1 lists resources and subresources by name', async () => {
  const { resources, groupVersion, ...rest } = (await value(discovery, '/api/v1')) as {
    groupVersion: string
    resources: { name: string; storageVersionHash?: string }[]
  }
  assert.deepEqual([groupVersion, rest], ['v1', { kind: 'APIResourceList' }])
  assert.deepEqual(
    resources.map(({ name }) => name),
    [
      'bindings',
      'pods',
      ...['attach', 'binding', 'ephemeralcontainers', 'eviction', 'exec', 'log', 'portforward', 'proxy', 'resize', 'status'].map(
        name => `pods/${name}`,
      ),
    ],
  )
  assert.deepEqual(resources[0], { name: 'bindings', singularName: 'binding', namespaced: true, kind: 'Binding', verbs: ['create'] })
  assert.deepEqual(
    resources.find(({ name }) => name === 'pods/eviction'),
    {
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    },
  )
})
for (const [group, version, kind, hash] of [
  ['', 'v1', 'Pod', 'xPOwRZ+Yhw8='],
  ['apps', 'v1', 'Deployment', '8aSe+NMegvE='],
] as const)
  test(`storage version hash of ${kind} is upstream's`, () => assert.equal(storageVersionHash(group, version, kind), hash))

const V2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const V2BETA1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList'
const PROTOBUF = 'application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const ACCEPTED: readonly [string, string, string][] = [
  ['all in one, as kubectl asks', `${V2},${V2BETA1},application/json`, V2],
  ['the older version', `${V2BETA1},application/json`, V2BETA1],
  ['the classic form', 'application/json', ''],
  ['the classic form when it is preferred', `application/json,${V2}`, ''],
  ['JSON to who would rather have protobuf', `${PROTOBUF},${V2}`, V2],
  ['by quality', `application/json;q=0.5,${V2}`, V2],
  ['an unknown version', 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,*/*', ''],
]
for (const [title, accept, expected] of ACCEPTED)
  test(`discovery gives ${title}`, async () => {
    const result = await ask(discovery, '/apis', { accept })
    assert.equal(result?.form === 'bytes' ? result.headers['content-type'] : '', expected)
  })
const aggregated = async (path: string, headers: Incoming['headers'] = {}) =>
  (await ask(discovery, path, { accept: V2, ...headers })) as BytesResult
const parsed = ({ body }: BytesResult) => JSON.parse(Buffer.from(body as Uint8Array).toString())

test('discovery in one document: groups under /apis, core under /api', async () => {
  assert.deepEqual(parsed(await aggregated('/apis')), {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [
      {
        metadata: { name: 'acme.com', creationTimestamp: null },
        versions: [
          {
            version: 'v2',
            resources: [
              {
                resource: 'widgets',
                responseKind: { group: '', version: '', kind: 'Widget' },
                scope: 'Cluster',
                singularResource: 'wid',
                verbs: ALL,
                subresources: [
                  {
                    subresource: 'scale',
                    responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
                    verbs: ['get', 'patch', 'update'],
                  },
                ],
              },
            ],
            freshness: 'Current',
          },
          { version: 'v1', resources: [], freshness: 'Current' },
        ],
      },
    ],
  })
  const [legacy] = parsed(await aggregated('/api')).items
  assert.deepEqual(legacy.metadata, { creationTimestamp: null })
  assert.deepEqual(
    legacy.versions[0].resources.map(({ resource, shortNames, categories }: Record<string, unknown>) => [resource, shortNames, categories]),
    [
      ['bindings', undefined, undefined],
      ['pods', ['po'], ['all']],
    ],
  )
})
test('discovery is not sent again while it is unchanged, and is when it changes', async () => {
  const first = await aggregated('/apis')
  const etag = String(first.headers.etag)
  assert.match(etag, /^"[0-9A-F]{128}"$/)
  assert.equal((await aggregated('/apis', { 'if-none-match': etag })).code, 304)
  groups = groups.slice(0, 1)
  changed()
  const second = await aggregated('/apis', { 'if-none-match': etag })
  assert.equal(second.code, 200)
  assert.deepEqual(parsed(second).items, [])
})

test('all paths under /', async () => {
  const paths = ['/api', '/api/v1', '/apis', '/apis/', '/healthz', '/version']
  assert.deepEqual(await value(rootRoute(registry, ['/version', '/healthz']), '/'), { paths })
  assert.equal(await value(rootRoute(registry, []), '/x'), undefined)
})

test('the version is one that kubectl understands', async () => {
  const build = { version: '0.1.0', runtime: 'v24.0.0', platform: 'linux', architecture: 'x64' }
  const { gitVersion, major, minor, platform } = versionInfo(build) as Record<string, string>
  assert.match(gitVersion as string, /^v1\.36\.\d+\+knarr0\.1\.0$/)
  assert.deepEqual([major, minor, platform], ['1', '36', 'linux/amd64'])
  assert.deepEqual(await value(versionRoute(build), '/version'), versionInfo(build))
})

const check = (name: string, wrong: string | undefined, of: HealthCheck['of'] = ['livez', 'readyz', 'healthz']): HealthCheck => ({
  name,
  of,
  check: () => wrong,
})
const well = healthRoute([ping, check('etcd', undefined), check('hook', undefined, ['readyz'])])
const ill = healthRoute([ping, check('etcd', 'no answer')])
const HEALTH: readonly [string, Route, string, number | undefined, string?][] = [
  ['all is well', well, '/livez', 200, 'ok'],
  ['all is well, told at length', well, '/readyz?verbose', 200, '[+]ping ok\n[+]etcd ok\n[+]hook ok\nreadyz check passed\n'],
  ['a check counts only where it belongs', well, '/healthz?verbose', 200, '[+]ping ok\n[+]etcd ok\nhealthz check passed\n'],
  ['one check', well, '/livez/ping', 200, 'ok'],
  ['no such check', well, '/livez/none', undefined],
  [
    'a failure is told at length, without its reason',
    ill,
    '/livez',
    500,
    '[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed\n',
  ],
  ['a failing check tells its reason', ill, '/livez/etcd', 500, 'internal server error: no answer\n'],
  ['an excluded check does not count', ill, '/livez?exclude=etcd', 200, 'ok'],
  ['an excluded check is told', ill, '/livez?exclude=etcd&verbose', 200, '[+]ping ok\n[+]etcd excluded: ok\nlivez check passed\n'],
  [
    'what cannot be excluded is told',
    well,
    '/livez?exclude=a&verbose',
    200,
    '[+]ping ok\n[+]etcd ok\nwarn: some health checks cannot be excluded: no matches for "a"\nlivez check passed\n',
  ],
  ['another path', well, '/livezz', undefined],
]
for (const [title, route, path, code, body] of HEALTH)
  test(`health: ${title}`, async () => {
    const result = (await ask(route, path)) as BytesResult | undefined
    assert.deepEqual([result?.code, result?.body], [code, body])
  })

test('OpenID documents name the keys', async () => {
  const key = readSigningKey(createSigningKey())
  const route = openidRoute({ issuer: 'https://iss', keys: [key] })
  for (const [path, type] of [
    ['/.well-known/openid-configuration', 'application/json'],
    ['/openid/v1/jwks', 'application/jwk-set+json'],
  ] as const) {
    const result = (await ask(route, path)) as BytesResult
    assert.equal(result.headers['content-type'], type)
    assert(JSON.parse(result.body as string))
  }
  assert.equal(await ask(route, '/openid'), undefined)
})

test('what a client accepts, best first', () => {
  assert.deepEqual(accepted({ headers: {} }), [{ media: '*/*', parameters: {}, quality: 1 }])
  assert.deepEqual(
    accepted({ headers: { accept: 'text/plain;q=0.2, application/json;q=0.9, image/png;q=0, */*' } }).map(({ media }) => media),
    ['*/*', 'application/json', 'text/plain'],
  )
})
