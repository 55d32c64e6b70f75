/** Tests of Endpoints and of single endpoints, as services and pods determine them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import type { Endpoints } from '#kinds/core/endpoints.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Service } from '#kinds/core/service.ts'
import { endpointOf, portsOf } from '../endpoint-slice/endpoint.ts'
import { decide } from './decide.ts'

const PORT = { port: 80, targetPort: 80, protocol: 'TCP' }
const service = (spec: object = {}) =>
  ({
    metadata: { name: 'web', namespace: 'n' },
    spec: { type: 'ClusterIP', selector: { a: 'b' }, ports: [PORT], ...spec },
  }) as unknown as Service
const pod = (ip: string, { spec = {}, ready = true, phase = 'Running', goes = false, ips = [ip] } = {}) =>
  ({
    metadata: { name: `pod-${ip}`, namespace: 'n', uid: ip, ...(goes && { deletionTimestamp: '2030-01-01T00:00:00Z' }) },
    spec: { nodeName: 'node', containers: [{ name: 'c', ports: [{ name: 'www', protocol: 'TCP', containerPort: 8080 }] }], ...spec },
    status: {
      phase,
      ...(ip && { podIP: ip, podIPs: ips.map(one => ({ ip: one })) }),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }) as unknown as Pod
/** `1.1.1.1+2.2.2.2/80,81`: addresses, `!` for those that are not ready, and ports. */
const shown = (endpoints: Pick<Endpoints, 'subsets'> | undefined) =>
  (endpoints?.subsets ?? []).map(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const all = [...addresses.map(({ ip }) => ip), ...notReadyAddresses.map(({ ip }) => `${ip}!`)]
    return `${all.join('+')}/${ports.map(({ port }) => port).join()}`
  })

interface Row {
  readonly rule: string
  readonly spec?: object
  readonly pods: readonly Pod[]
  readonly subsets: readonly string[]
}
const ROWS: readonly Row[] = [
  {
    rule: 'ready and unready pods stand apart',
    pods: [pod('2.2.2.2', { ready: false }), pod('1.1.1.1')],
    subsets: ['1.1.1.1+2.2.2.2!/80'],
  },
  {
    rule: 'pods without an address, ended or ending ones are left out',
    pods: [pod(''), pod('1.1.1.1', { phase: 'Failed' }), pod('2.2.2.2', { goes: true })],
    subsets: [],
  },
  {
    rule: 'who publishes unready addresses publishes ending ones, too',
    spec: { publishNotReadyAddresses: true },
    pods: [pod('1.1.1.1', { ready: false }), pod('2.2.2.2', { goes: true })],
    subsets: ['1.1.1.1+2.2.2.2/80'],
  },
  {
    rule: 'named ports are looked up in each pod',
    spec: { ports: [{ ...PORT, targetPort: 'www' }] },
    pods: [pod('1.1.1.1')],
    subsets: ['1.1.1.1/8080'],
  },
  {
    rule: 'a pod without such a port offers nothing',
    spec: { ports: [{ ...PORT, targetPort: 'none' }] },
    pods: [pod('1.1.1.1')],
    subsets: [],
  },
  {
    rule: 'a port of another protocol is another port',
    spec: { ports: [{ ...PORT, targetPort: 'www', protocol: 'UDP' }] },
    pods: [pod('1.1.1.1')],
    subsets: [],
  },
  {
    rule: 'ports of the same pods stand together, those of others apart',
    spec: {
      ports: [
        { ...PORT, name: 'a' },
        { ...PORT, name: 'b', targetPort: 81 },
        { ...PORT, name: 'c', targetPort: 'www' },
      ],
    },
    pods: [pod('1.1.1.1', { spec: { containers: [] } }), pod('2.2.2.2', { spec: { containers: [] } })],
    subsets: ['1.1.1.1+2.2.2.2/80,81'],
  },
  {
    rule: 'headless services without ports have bare addresses',
    spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [] },
    pods: [pod('1.1.1.1')],
    subsets: ['1.1.1.1/'],
  },
  {
    rule: 'addresses are of the first family',
    spec: { ipFamilies: ['IPv6'] },
    pods: [pod('1.1.1.1', { ips: ['1.1.1.1', 'fd00::1'] })],
    subsets: ['fd00::1/80'],
  },
]
for (const { rule, spec, pods, subsets } of ROWS)
  test(`endpoints: ${rule}`, () => {
    const plan = decide({ object: service(spec), children: childrenOf(), more: { pods, endpoints: undefined }, refusals: [], now: 0 })
    assert.deepEqual(shown(plan.create?.[0]?.object as Endpoints), subsets)
  })
for (const spec of [{ selector: undefined }, { type: 'ExternalName' }])
  test(`endpoints: a service with ${JSON.stringify(spec)} has none of ours`, () => {
    const sight = {
      object: service({ ...spec, ...('selector' in spec && { selector: undefined }) }),
      more: { pods: [], endpoints: undefined },
    }
    assert.deepEqual(decide({ ...sight, children: childrenOf(), refusals: [], now: 0 }), {})
  })

const SEEN = { family: 'IPv4', zone: 'z' } as const
for (const { rule, spec = {}, of, expected } of [
  { rule: 'ready', of: pod('1.1.1.1'), expected: { ready: true, serving: true, terminating: false } },
  { rule: 'not ready', of: pod('1.1.1.1', { ready: false }), expected: { ready: false, serving: false, terminating: false } },
  { rule: 'ending but still serving', of: pod('1.1.1.1', { goes: true }), expected: { ready: false, serving: true, terminating: true } },
  {
    rule: 'published though not ready',
    spec: { publishNotReadyAddresses: true },
    of: pod('1.1.1.1', { ready: false, goes: true }),
    expected: { ready: true, serving: false, terminating: true },
  },
])
  test(`slices: conditions of a pod that is ${rule}`, () => {
    assert.deepEqual(endpointOf(service(spec), of, SEEN)?.conditions, expected)
  })
test('slices: host names count in their own subdomain only; traffic distribution gives hints', () => {
  const named = pod('1.1.1.1', { spec: { hostname: 'h', subdomain: 'web', nodeName: 'node' } })
  assert.equal(endpointOf(service(), named, SEEN)?.hostname, 'h')
  assert.equal(endpointOf(service(), pod('1.1.1.1', { spec: { hostname: 'h', subdomain: 'other' } }), SEEN)?.hostname, undefined)
  assert.deepEqual(endpointOf(service({ trafficDistribution: 'PreferSameNode' }), named, SEEN)?.hints, {
    forZones: [{ name: 'z' }],
    forNodes: [{ name: 'node' }],
  })
  assert.equal(endpointOf(service(), named, SEEN)?.hints, undefined)
})
test('slices: the port of a sidecar can be named', () => {
  const sidecar = { name: 's', restartPolicy: 'Always', ports: [{ name: 'side', protocol: 'TCP', containerPort: 7 }] }
  const of = pod('1.1.1.1', { spec: { initContainers: [sidecar] } })
  assert.deepEqual(portsOf(service({ ports: [{ ...PORT, name: 'x', targetPort: 'side' }] }), of), [{ name: 'x', protocol: 'TCP', port: 7 }])
})
