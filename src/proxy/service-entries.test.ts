/** Rules by which a service becomes entries of the tables. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '#kinds/core/service.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { IPV4, IPV6 } from './family.ts'
import { serviceShare, type Surroundings } from './service-entries.ts'

const AROUND: Surroundings = {
  nodeName: 'here',
  throughRanges: ['10.42.255.0/24'],
  zone: undefined,
  families: [IPV4],
  podRanges: ['10.42.0.0/16', 'fd00:42::/56'],
  servedLocally: ['10.43.0.10'],
}
const service = (spec: object, more: { status?: object; metadata?: object } = {}): Service =>
  ({
    metadata: { namespace: 'shop', name: 'web', ...more.metadata },
    spec: { type: 'ClusterIP', clusterIPs: ['10.43.0.7'], sessionAffinity: 'None', ports: [{ protocol: 'TCP', port: 80 }], ...spec },
    status: { loadBalancer: {}, ...more.status },
  }) as unknown as Service
/** The last part of each pod's address; `!` marks those of another node. */
const slice = (...pods: readonly string[]): EndpointSlice =>
  ({
    metadata: {},
    addressType: 'IPv4',
    ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    endpoints: pods.map(pod => ({ addresses: [`10.42.0.${Number.parseInt(pod)}`], nodeName: pod.endsWith('!') ? 'there' : 'here' })),
  }) as unknown as EndpointSlice

interface Row {
  readonly service: Service
  readonly slices: readonly EndpointSlice[]
  readonly entries: Readonly<Record<string, string>>
}
const hairpin = (...pods: readonly number[]) => Object.fromEntries(pods.map(pod => [`ip hairpin 10.42.0.${pod} . 10.42.0.${pod}`, '']))
const TWO = {
  'ip services 10.43.0.7 . tcp . 80': 'goto pick-tcp-2',
  'ip endpoints-tcp 10.43.0.7 . 80 . 0': '10.42.0.1 . 8080',
  'ip endpoints-tcp 10.43.0.7 . 80 . 1': '10.42.0.2 . 8080',
}
const NODE_PORT = { type: 'NodePort', ports: [{ protocol: 'TCP', port: 80, nodePort: 30_080 }] }
/** Of one backend, at the service's address and at its node port. */
const BY_NODE_PORT = {
  'ip services 10.43.0.7 . tcp . 80': 'goto pick-tcp-1',
  'ip endpoints-tcp 10.43.0.7 . 80 . 0': '10.42.0.1 . 8080',
  'ip nodeports tcp . 30080': 'goto pick-tcp-node-1',
  'ip nodeport-endpoints-tcp 30080 . 0': '10.42.0.1 . 8080',
}
const rows: Readonly<Record<string, Row>> = {
  'a service picks among its backends': { service: service({}), slices: [slice('1', '2')], entries: { ...TWO, ...hairpin(1, 2) } },
  'only pods of this node can reach themselves here': {
    service: service({}),
    slices: [slice('1', '2!')],
    entries: { ...TWO, ...hairpin(1) },
  },
  'a service without backends is refused': { service: service({}), slices: [slice()], entries: { 'ip unserved 10.43.0.7 . tcp . 80': '' } },
  'a headless service has no entries': { service: service({ clusterIPs: ['None'], clusterIP: 'None' }), slices: [slice('1')], entries: {} },
  'a service that is a name has no entries': { service: service({ type: 'ExternalName', clusterIPs: undefined }), slices: [], entries: {} },
  'a service of another proxy has no entries': {
    service: service({}, { metadata: { labels: { 'service.kubernetes.io/service-proxy-name': 'mesh' } } }),
    slices: [slice('1')],
    entries: {},
  },
  'a load balancer that asked for no more node ports is reached at those that it has': {
    service: service({ ...NODE_PORT, type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
    slices: [slice('1!')],
    entries: BY_NODE_PORT,
  },
  'an address that is served on this machine is left alone': {
    service: service({ clusterIPs: ['10.43.0.10'] }),
    slices: [slice('1!')],
    entries: {},
  },
  'a node port leads to the same backends': {
    service: service(NODE_PORT),
    slices: [slice('1!')],
    entries: BY_NODE_PORT,
  },
  'a node port without backends is simply closed': {
    service: service(NODE_PORT),
    slices: [],
    entries: { 'ip unserved 10.43.0.7 . tcp . 80': '' },
  },
  'from outside, policy Local goes to pods of this node only': {
    service: service({ ...NODE_PORT, externalTrafficPolicy: 'Local' }),
    slices: [slice('1', '2!')],
    entries: {
      ...TWO,
      'ip nodeports tcp . 30080': 'goto pick-tcp-node-2',
      'ip nodeport-endpoints-tcp 30080 . 0': '10.42.0.1 . 8080',
      'ip nodeport-endpoints-tcp 30080 . 1': '10.42.0.2 . 8080',
      'ip nodeports-outside tcp . 30080': 'goto pick-tcp-node-here-1',
      'ip nodeport-endpoints-tcp 30080 . 65536': '10.42.0.1 . 8080',
      ...hairpin(1),
    },
  },
  'from outside, policy Local is silent where no pod is': {
    service: service({ ...NODE_PORT, externalTrafficPolicy: 'Local' }),
    slices: [slice('1!')],
    entries: {
      'ip services 10.43.0.7 . tcp . 80': 'goto pick-tcp-1',
      'ip endpoints-tcp 10.43.0.7 . 80 . 0': '10.42.0.1 . 8080',
      'ip nodeports tcp . 30080': 'goto pick-tcp-node-1',
      'ip nodeport-endpoints-tcp 30080 . 0': '10.42.0.1 . 8080',
      'ip nodeports-outside tcp . 30080': 'drop',
    },
  },
  'from within, policy Local goes to pods of this node only': {
    service: service({ internalTrafficPolicy: 'Local' }),
    slices: [slice('1', '2!')],
    entries: {
      'ip services 10.43.0.7 . tcp . 80': 'goto pick-tcp-here-1',
      'ip endpoints-tcp 10.43.0.7 . 80 . 65536': '10.42.0.1 . 8080',
      ...hairpin(1),
    },
  },
  'from within, policy Local is silent where no pod is': {
    service: service({ internalTrafficPolicy: 'Local' }),
    slices: [slice('1!')],
    entries: { 'ip services 10.43.0.7 . tcp . 80': 'drop' },
  },
  'external addresses and those of load balancers lead to the same backends': {
    service: service(
      { type: 'LoadBalancer', externalIPs: ['192.0.2.1'] },
      {
        status: {
          loadBalancer: { ingress: [{ ip: '192.0.2.2', ipMode: 'VIP' }, { ip: '192.0.2.3', ipMode: 'Proxy' }, { hostname: 'x' }] },
        },
      },
    ),
    slices: [slice('1!')],
    entries: Object.fromEntries(
      ['10.43.0.7', '192.0.2.1', '192.0.2.2'].flatMap(address => [
        [`ip services ${address} . tcp . 80`, 'goto pick-tcp-1'],
        [`ip endpoints-tcp ${address} . 80 . 0`, '10.42.0.1 . 8080'],
      ]),
    ),
  },
  'ranges of sources guard the load balancer, each once and without what another holds': {
    service: service(
      { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.1.2.3/16', '10.1.9.0/24', '10.1.0.0/16', 'fd00::/8'] },
      { status: { loadBalancer: { ingress: [{ ip: '192.0.2.2', ipMode: 'VIP' }] } } },
    ),
    slices: [],
    entries: {
      'ip unserved 10.43.0.7 . tcp . 80': '',
      'ip unserved 192.0.2.2 . tcp . 80': '',
      'ip guarded 192.0.2.2 . tcp . 80': '',
      'ip sources 192.0.2.2 . tcp . 80 . 10.1.0.0/16': '',
    },
  },
  'a range of everybody guards nothing': {
    service: service(
      { type: 'LoadBalancer', loadBalancerSourceRanges: ['0.0.0.0/0', '10.0.0.0/8'] },
      { status: { loadBalancer: { ingress: [{ ip: '192.0.2.2', ipMode: 'VIP' }] } } },
    ),
    slices: [],
    entries: { 'ip unserved 10.43.0.7 . tcp . 80': '', 'ip unserved 192.0.2.2 . tcp . 80': '' },
  },
  'backends that are no pods and not here are remembered for masquerading': {
    service: service({}),
    slices: [{ ...slice(), endpoints: [{ addresses: ['198.51.100.7'] }] } as unknown as EndpointSlice],
    entries: {
      'ip services 10.43.0.7 . tcp . 80': 'goto pick-tcp-1',
      'ip endpoints-tcp 10.43.0.7 . 80 . 0': '198.51.100.7 . 8080',
      'ip hairpin 198.51.100.7 . 198.51.100.7': '',
      'ip elsewhere 198.51.100.7': '',
    },
  },
}
for (const [rule, { service, slices, entries }] of Object.entries(rows))
  test(rule, () => assert.deepEqual(Object.fromEntries(serviceShare(service, slices, AROUND).entries), entries))

test('a service of two families has entries in both', () => {
  const six = {
    metadata: {},
    addressType: 'IPv6',
    ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    endpoints: [{ addresses: ['fd00:42::1'], nodeName: 'there' }],
  }
  const dual = service({ clusterIPs: ['10.43.0.7', 'fd00:43::7'] })
  const { entries } = serviceShare(dual, [slice('1!'), six as unknown as EndpointSlice], { ...AROUND, families: [IPV4, IPV6] })
  assert.deepEqual(Object.fromEntries(entries), {
    'ip services 10.43.0.7 . tcp . 80': 'goto pick-tcp-1',
    'ip endpoints-tcp 10.43.0.7 . 80 . 0': '10.42.0.1 . 8080',
    'ip6 services fd00:43::7 . tcp . 80': 'goto pick-tcp-1',
    'ip6 endpoints-tcp fd00:43::7 . 80 . 0': 'fd00:42::1 . 8080',
  })
})

test('sticky clients are known by backend, and stay known when another backend goes', () => {
  const sticky = service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } })
  const before = serviceShare(sticky, [slice('1', '2')], AROUND)
  const after = serviceShare(sticky, [slice('2')], { ...AROUND, before: before.numbering })
  const chain = before.entries.get('ip services 10.43.0.7 . tcp . 80')?.replace('goto ', '')
  assert.equal(after.entries.get('ip services 10.43.0.7 . tcp . 80'), `goto ${chain}`)
  const sets = (share: typeof before) => [...share.entries.keys()].filter(id => id.startsWith('ip set clients-'))
  assert.equal(sets(before).length, 2)
  assert.deepEqual(sets(after), sets(before).slice(1))
  assert.equal(before.entries.get(sets(before)[0] ?? ''), 'type ipv4_addr; flags dynamic,timeout; timeout 60s;')
  assert.equal(before.entries.get(`ip chain ${chain}`)?.split('\n').length, 3)
})

for (const [address, throughRanges, verdict] of [
  ['192.0.2.2', [], 'drop'],
  // This node is the balancer of those behind it.
  ['192.0.2.2', ['10.42.255.0/24'], undefined],
  ['10.42.255.2', ['10.42.255.0/24'], 'accept'],
] as const)
  test(`a load balancer's traffic that must stay on its node, where nobody serves: ${verdict} at ${address}, with ${throughRanges.length} ranges behind it`, () => {
    const balanced = service(
      { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
      { status: { loadBalancer: { ingress: [{ ip: address }] } } },
    )
    const { entries } = serviceShare(balanced, [slice('1!')], { ...AROUND, throughRanges })
    assert.equal(entries.get(`ip services-outside ${address} . tcp . 80`), verdict)
    assert.equal(entries.get(`ip services ${address} . tcp . 80`), 'goto pick-tcp-1')
  })

const LOCAL = { internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' }
for (const [rule, spec, pods, policies] of [
  ['served here', { ...NODE_PORT, ...LOCAL }, ['1'], []],
  ['served elsewhere only', { ...NODE_PORT, ...LOCAL }, ['1!'], ['internal', 'external']],
  ['served nowhere', { ...NODE_PORT, ...LOCAL }, [], []],
  ['of inside only', LOCAL, ['1!'], ['internal']],
  ['that may leave the node', NODE_PORT, ['1!'], []],
] as const)
  test(`none here: a port ${rule}`, () => {
    const { noneHere } = serviceShare(service(spec), [slice(...pods)], AROUND)
    assert.deepEqual(
      noneHere,
      policies.map(policy => ({ family: 'IPv4', policy })),
    )
  })

test('load balancers are told how many pods this node has', () => {
  const balanced = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 })
  assert.deepEqual(serviceShare(balanced, [slice('1', '2', '3!')], AROUND).healthCheck, { port: 31_000, readyHere: 2 })
  assert.equal(serviceShare(service({}), [slice('1')], AROUND).healthCheck, undefined)
})

test('flows of UDP may lead to whoever serves, by each of the service’s ports', () => {
  const spec = { type: 'NodePort', ports: [{ protocol: 'UDP', port: 53, nodePort: 30_053 }], externalIPs: ['198.51.100.7'] }
  const leaving = { addresses: ['10.42.0.3'], conditions: { ready: false, serving: true, terminating: true } }
  const { endpoints } = slice('1', '2!')
  const slices = [{ ...slice(), ports: [{ name: '', protocol: 'UDP', port: 5353 }], endpoints: [...(endpoints ?? []), leaving] }]
  const serving = new Set(['10.42.0.1 5353', '10.42.0.2 5353', '10.42.0.3 5353'])
  const { destinations } = serviceShare(service(spec), slices as unknown as EndpointSlice[], AROUND)
  const frontends = ['ip 10.43.0.7 53', 'ip 198.51.100.7 53', 'ip * 30053']
  assert.deepEqual(destinations, new Map(frontends.map(frontend => [frontend, serving])))
  assert.deepEqual(serviceShare(service(spec), [], AROUND).destinations, new Map())
  assert.deepEqual(serviceShare(service({}), [slice('1')], AROUND).destinations, new Map())
})
