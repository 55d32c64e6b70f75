/** Which load balancer gets which addresses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Service } from '#kinds/core/service.ts'
import { decide, FINALIZER } from './decide.ts'

const node = (name: string, addresses: Record<string, string>, more: { labels?: object; taints?: object[] } = {}) =>
  ({
    metadata: { name, labels: more.labels },
    spec: { taints: more.taints },
    status: { addresses: Object.entries(addresses).map(([type, address]) => ({ type, address })) },
  }) as unknown as Node
const NODES = [node('n2', { InternalIP: '10.0.0.2' }), node('n1', { InternalIP: '10.0.0.1', Hostname: 'n1' })]
const PORT = { port: 80, protocol: 'TCP' }

interface Made {
  readonly spec?: object
  readonly ips?: readonly string[]
  readonly isNew?: boolean
  readonly goes?: boolean
  readonly name?: string
}
const service = ({ spec = {}, ips = [], isNew = false, goes = false, name = 'web' }: Made = {}) =>
  ({
    metadata: {
      namespace: 'default',
      name,
      finalizers: isNew ? [] : [FINALIZER],
      ...(goes && { deletionTimestamp: '2030-01-01T00:00:00Z' }),
    },
    spec: { type: 'LoadBalancer', ipFamilies: ['IPv4'], ports: [{ ...PORT, targetPort: 8080 }], ...spec },
    status: { loadBalancer: ips.length ? { ingress: ips.map(ip => ({ ip, ipMode: 'VIP', ports: [PORT] })) } : {} },
  }) as unknown as Service
const BOTH = ['10.0.0.1', '10.0.0.2']
const ENSURED = ['EnsuringLoadBalancer', 'EnsuredLoadBalancer']
const FAILED = ['EnsuringLoadBalancer', 'SyncLoadBalancerFailed']

interface Row {
  readonly rule: string
  readonly object: Service
  readonly nodes?: readonly Node[]
  readonly others?: readonly Service[]
  readonly finalizers?: readonly string[]
  /** Absent: the status stays. */
  readonly ips?: readonly string[]
  readonly events?: readonly string[]
}
const ROWS: readonly Row[] = [
  {
    rule: 'a new one gets the addresses of all nodes',
    object: service({ isNew: true }),
    finalizers: [FINALIZER],
    ips: BOTH,
    events: ENSURED,
  },
  { rule: 'one that has them is left alone', object: service({ ips: BOTH }) },
  { rule: 'one of another class is somebody else’s', object: service({ isNew: true, spec: { loadBalancerClass: 'example.com/lb' } }) },
  { rule: 'another type has none', object: service({ isNew: true, spec: { type: 'NodePort' } }) },
  {
    rule: 'one that changes its type gives them back',
    object: service({ ips: BOTH, spec: { type: 'ClusterIP' } }),
    finalizers: [],
    ips: [],
    events: ['DeletingLoadBalancer', 'DeletedLoadBalancer'],
  },
  {
    rule: 'one that is deleted is let go',
    object: service({ ips: BOTH, goes: true }),
    finalizers: [],
    events: ['DeletingLoadBalancer', 'DeletedLoadBalancer'],
  },
  { rule: 'a node that comes is taken too', object: service({ ips: ['10.0.0.1'] }), ips: BOTH, events: ENSURED },
  {
    rule: 'a port that another one has is not given twice',
    object: service({ isNew: true }),
    others: [service({ name: 'other', ips: ['10.0.0.2'] })],
    finalizers: [FINALIZER],
    events: FAILED,
  },
  {
    rule: 'the same number of another protocol is another port',
    object: service({ spec: { ports: [{ port: 80, protocol: 'UDP' }] } }),
    others: [service({ name: 'other', ips: BOTH })],
    ips: BOTH,
    events: ENSURED,
  },
  {
    rule: 'one that moves to a taken port loses its addresses',
    object: service({
      ips: BOTH,
      spec: {
        ports: [
          { port: 81, protocol: 'TCP' },
          { port: 6443, protocol: 'TCP' },
        ],
      },
    }),
    ips: [],
    events: FAILED,
  },
  {
    rule: 'an address that was asked for is the only one',
    object: service({ spec: { loadBalancerIP: '10.0.0.2' } }),
    ips: ['10.0.0.2'],
    events: ENSURED,
  },
  { rule: 'one that no node has is not', object: service({ ips: BOTH, spec: { loadBalancerIP: '10.9.9.9' } }) },
  {
    rule: 'addresses for the outside come first',
    object: service(),
    nodes: [node('n1', { InternalIP: '10.0.0.1', ExternalIP: '192.0.2.1' })],
    ips: ['192.0.2.1'],
    events: ENSURED,
  },
  {
    rule: 'addresses are of the service’s families',
    object: service({ spec: { ipFamilies: ['IPv6'] } }),
    nodes: [node('n1', { InternalIP: '10.0.0.1' }), node('n2', { InternalIP: '2001:db8::2' })],
    ips: ['2001:db8::2'],
    events: ENSURED,
  },
  {
    rule: 'nodes can be excluded',
    object: service(),
    nodes: [
      ...NODES,
      node('n3', { InternalIP: '10.0.0.3' }, { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }),
      node('n4', { InternalIP: '10.0.0.4' }, { taints: [{ key: 'ToBeDeletedByClusterAutoscaler' }] }),
    ],
    ips: BOTH,
    events: ENSURED,
  },
  {
    rule: 'simulated nodes have nothing to give',
    object: service(),
    nodes: [node('n1', { InternalIP: '127.0.0.1' })],
    events: ['EnsuringLoadBalancer', 'UnAvailableLoadBalancer'],
  },
]
for (const { rule, object, nodes = NODES, others = [], finalizers, ips, events = [] } of ROWS)
  test(`load balancer: ${rule}`, () => {
    const more = { nodes, others, ownPorts: new Map([[6443, 'the API server']]) }
    const plan = decide({ object, children: childrenOf(), more, refusals: [], now: 0 })
    assert.deepEqual(plan.object?.metadata.finalizers, finalizers)
    const { loadBalancer } = (plan.status ?? {}) as Partial<Service['status']>
    assert.deepEqual(loadBalancer && (loadBalancer.ingress ?? []).map(({ ip }) => ip), ips)
    assert.deepEqual(plan.events?.map(({ reason }) => reason) ?? [], events)
  })

test('load balancer: who has the port is told', () => {
  const more = { nodes: NODES, others: [service({ name: 'other', ips: BOTH })], ownPorts: new Map() }
  const { events } = decide({ object: service(), children: childrenOf(), more, refusals: [], now: 0 })
  assert.equal(
    events?.at(-1)?.message,
    'Error syncing load balancer: failed to ensure load balancer: port 80/TCP of the nodes is taken by load balancer "default/other"; give this service another port, or delete that one',
  )
})
