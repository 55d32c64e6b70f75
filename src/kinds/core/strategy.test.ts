/** What the core kinds beside pods become before they are stored, and how they are shown: one row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { ComponentStatus } from './component-status.ts'
import { Endpoints } from './endpoints.ts'
import { Event } from './event.ts'
import { LimitRange } from './limit-range.ts'
import { Namespace } from './namespace.ts'
import { Node } from './node.ts'
import { PersistentVolume } from './persistent-volume.ts'
import { PersistentVolumeClaim } from './persistent-volume-claim.ts'
import { ReplicationController } from './replication-controller.ts'
import { ResourceQuota } from './resource-quota.ts'
import { Secret } from './secret.ts'
import { Service } from './service.ts'
import { ServiceAccount } from './service-account.ts'

type Json = Record<string, unknown>
const NOW = Date.parse('2030-01-01T00:00:00Z')
const occasion = { now: NOW, user: 'me', subresource: '' }
// `any`: kinds of all types stand side by side in the tables
const filled = (kind: AnyKind, manifest: Json): any =>
  fillDefaults(kind, decode(kind, { apiVersion: 'v1', kind: kind.name, metadata: { name: 'a' }, ...manifest }).value as never)
const created = (kind: AnyKind, manifest: Json) => {
  const draft = filled(kind, manifest)
  kind.options.onCreate?.(draft, occasion)
  return draft
}
const updated = (kind: AnyKind, before: Json, next: Json) => {
  const draft = filled(kind, next)
  kind.options.onUpdate?.(draft, filled(kind, before), occasion)
  return draft
}
const at = (value: Json, path: string): unknown => path.split('/').reduce<unknown>((one, key) => (one as Json | undefined)?.[key], value)
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }

const creations: readonly (readonly [rule: string, kind: AnyKind, given: Json, where: string, want: unknown])[] = [
  ['a namespace is active', Namespace, {}, 'status', { phase: 'Active' }],
  ['a namespace waits for its content', Namespace, {}, 'spec/finalizers', ['kubernetes']],
  ['a namespace has its name as a label', Namespace, {}, 'metadata/labels', { 'kubernetes.io/metadata.name': 'a' }],
  ['a volume is pending', PersistentVolume, { spec: {} }, 'status', { phase: 'Pending', lastPhaseTransitionTime: '2030-01-01T00:00:00Z' }],
  ['a claim is pending', PersistentVolumeClaim, { spec: {} }, 'status', { phase: 'Pending' }],
  [
    'a claim has its source under both names',
    PersistentVolumeClaim,
    { spec: { dataSource: { kind: 'PersistentVolumeClaim', name: 'b' } } },
    'spec/dataSourceRef',
    { kind: 'PersistentVolumeClaim', name: 'b' },
  ],
  ['text becomes bytes', Secret, { stringData: { a: 'hi' } }, 'data', { a: 'aGk=' }],
  ['text goes before bytes', Secret, { data: { a: 'eA==' }, stringData: { a: 'hi' } }, 'data', { a: 'aGk=' }],
  ['secrets are opaque', Secret, {}, 'type', 'Opaque'],
  ['accounts know their secrets by name only', ServiceAccount, { secrets: [{ name: 's', namespace: 'x' }] }, 'secrets', [{ name: 's' }]],
  ['the target is the port', Service, { spec: { ports: [{ port: 80 }] } }, 'spec/ports/0/targetPort', 80],
  ['services are within the cluster', Service, { spec: {} }, 'spec/type', 'ClusterIP'],
  ['services take all traffic from within', Service, { spec: {} }, 'spec/internalTrafficPolicy', 'Cluster'],
  ['node ports take all traffic from outside', Service, { spec: { type: 'NodePort' } }, 'spec/externalTrafficPolicy', 'Cluster'],
  ['load balancers need node ports', Service, { spec: { type: 'LoadBalancer' } }, 'spec/allocateLoadBalancerNodePorts', true],
  [
    'affinity lasts three hours',
    Service,
    { spec: { sessionAffinity: 'ClientIP' } },
    'spec/sessionAffinityConfig/clientIP/timeoutSeconds',
    10800,
  ],
  ['an address stands in the list', Service, { spec: { clusterIP: 'None' } }, 'spec/clusterIPs', ['None']],
  ['all of a node can be used', Node, { status: { capacity: { cpu: '2' } } }, 'status/allocatable', { cpu: '2' }],
  ['a range of a node stands in the list', Node, { spec: { podCIDR: '10.0.0.0/24' } }, 'spec/podCIDRs', ['10.0.0.0/24']],
  ['controllers select what they make', ReplicationController, { spec: { template } }, 'spec/selector', { app: 'a' }],
  ['controllers have the labels of what they make', ReplicationController, { spec: { template } }, 'metadata/labels', { app: 'a' }],
  ['one pod is wanted', ReplicationController, { spec: { template } }, 'spec/replicas', 1],
  [
    'the largest is the limit, and the limit the request',
    LimitRange,
    { spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } }] } },
    'spec/limits/0',
    {
      type: 'Container',
      max: { cpu: '2' },
      min: { memory: '1Mi' },
      default: { cpu: '2' },
      defaultRequest: { memory: '1Mi', cpu: '2' },
    },
  ],
]
for (const [rule, kind, given, where, want] of creations) test(rule, () => assert.deepEqual(at(created(kind, given), where), want))

const held = { type: 'NodePort', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80, nodePort: 30080 }] }
const updates: readonly (readonly [
  rule: string,
  kind: AnyKind,
  change: readonly [before: Json, next: Json],
  where: string,
  want: unknown,
])[] = [
  [
    'a service keeps its address',
    Service,
    [{ spec: held }, { spec: { type: 'NodePort', ports: [{ port: 80 }] } }],
    'spec/clusterIP',
    '10.0.0.1',
  ],
  [
    'and the list of them',
    Service,
    [{ spec: held }, { spec: { type: 'NodePort', ports: [{ port: 80 }] } }],
    'spec/clusterIPs',
    ['10.0.0.1'],
  ],
  ['and its node ports', Service, [{ spec: held }, { spec: { type: 'NodePort', ports: [{ port: 80 }] } }], 'spec/ports/0/nodePort', 30080],
  [
    'within the cluster, node ports go',
    Service,
    [{ spec: held }, { spec: { ...held, type: 'ClusterIP' } }],
    'spec/ports/0/nodePort',
    undefined,
  ],
  [
    'a port of the same name keeps its node port, whatever else of it changes',
    Service,
    [
      { spec: { ...held, ports: [{ name: 'a', port: 80, nodePort: 30080 }] } },
      { spec: { type: 'NodePort', ports: [{ name: 'a', port: 81, protocol: 'UDP' }] } },
    ],
    'spec/ports/0/nodePort',
    30080,
  ],
  [
    'a port of another name does not have it',
    Service,
    [
      { spec: { ...held, ports: [{ name: 'a', port: 80, nodePort: 30080 }] } },
      { spec: { type: 'NodePort', ports: [{ name: 'b', port: 80 }] } },
    ],
    'spec/ports/0/nodePort',
    undefined,
  ],
  [
    'a load balancer that asks for no more node ports keeps those that it has',
    Service,
    [{ spec: { ...held, type: 'LoadBalancer' } }, { spec: { ...held, type: 'LoadBalancer', allocateLoadBalancerNodePorts: false } }],
    'spec/ports/0/nodePort',
    30080,
  ],
  [
    'until they are left out',
    Service,
    [
      { spec: { ...held, type: 'LoadBalancer', allocateLoadBalancerNodePorts: false } },
      { spec: { ...held, type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] } },
    ],
    'spec/ports/0/nodePort',
    undefined,
  ],
  [
    'a service that is no more reached from outside has no policy for that',
    Service,
    [
      { spec: { clusterIP: '10.0.0.1', externalIPs: ['192.0.2.7'], externalTrafficPolicy: 'Local' } },
      { spec: { clusterIP: '10.0.0.1', externalTrafficPolicy: 'Local' } },
    ],
    'spec/externalTrafficPolicy',
    undefined,
  ],
  [
    'a service that is only a name has no address',
    Service,
    [{ spec: held }, { spec: { ...held, type: 'ExternalName', externalName: 'a.b' } }],
    'spec/clusterIP',
    undefined,
  ],
  [
    'nor a policy for traffic from within',
    Service,
    [{ spec: held }, { spec: { type: 'ExternalName', externalName: 'a.b', internalTrafficPolicy: 'Local' } }],
    'spec/internalTrafficPolicy',
    undefined,
  ],
  [
    'only finalize lifts the finalizers of a namespace',
    Namespace,
    [{ spec: { finalizers: ['kubernetes'] } }, { spec: {} }],
    'spec/finalizers',
    ['kubernetes'],
  ],
]
for (const [rule, kind, [before, next], where, want] of updates)
  test(rule, () => assert.deepEqual(at(updated(kind, before, next), where), want))

const cellsOf = (kind: AnyKind, manifest: Json) => {
  const object = filled(kind, manifest)
  return Object.values(kind.options.columns ?? {}).map(column => (typeof column === 'function' ? column : column.cell)(object, NOW))
}
const born = { metadata: { name: 'a', creationTimestamp: '2029-12-31T23:55:00Z' } }
const looks: readonly (readonly [rule: string, kind: AnyKind, manifest: Json, cells: readonly unknown[]])[] = [
  ['namespace', Namespace, born, ['Active', '5m']],
  ['secret', Secret, { ...born, data: { a: '', b: '' } }, ['Opaque', 2, '5m']],
  ['service account', ServiceAccount, born, ['5m']],
  [
    'service within the cluster',
    Service,
    { ...born, spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }], selector: { app: 'a' } } },
    ['ClusterIP', '10.0.0.1', '<none>', '80/TCP', '5m', 'app=a'],
  ],
  ['service without ports', Service, { ...born, spec: {} }, ['ClusterIP', '<none>', '<none>', '<none>', '5m', '<none>']],
  [
    'load balancer that waits',
    Service,
    { ...born, spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] } },
    ['LoadBalancer', '<none>', '<pending>', '80:30080/TCP', '5m', '<none>'],
  ],
  [
    'load balancer with addresses',
    Service,
    {
      ...born,
      spec: { type: 'LoadBalancer' },
      status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'b' }, { ip: '1.1.1.1' }] } },
    },
    ['LoadBalancer', '<none>', '1.1.1.1,2.2.2.2,b', '<none>', '5m', '<none>'],
  ],
  [
    'node',
    Node,
    {
      metadata: { ...born.metadata, labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.5' }],
        nodeInfo: { kubeletVersion: 'v1.36.0', osImage: 'Debian' },
      },
    },
    ['Ready,SchedulingDisabled', 'control-plane,worker', '5m', 'v1.36.0', '10.0.0.5', '<none>', 'Debian', '<unknown>', '<unknown>'],
  ],
  [
    'node before its kubelet has spoken',
    Node,
    born,
    ['Unknown', '<none>', '5m', '', '<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'],
  ],
  [
    'event',
    Event,
    {
      ...born,
      involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{web}' },
      reason: 'Pulled',
      message: 'pulled \n',
      type: 'Normal',
      source: { component: 'kubelet', host: 'n1' },
      firstTimestamp: '2029-12-31T23:59:00Z',
      lastTimestamp: '2029-12-31T23:59:50Z',
      count: 3,
    },
    ['10s', 'Normal', 'Pulled', 'pod/web', 'spec.containers{web}', 'kubelet, n1', 'pulled', '60s', '3', 'a'],
  ],
  [
    'volume',
    PersistentVolume,
    {
      ...born,
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'], claimRef: { namespace: 'x', name: 'y' } },
      status: { phase: 'Bound' },
    },
    ['1Gi', 'RWO,RWX', 'Retain', 'Bound', 'x/y', '', '<unset>', '', '5m', 'Filesystem'],
  ],
  ['claim that waits', PersistentVolumeClaim, { ...born, spec: {} }, ['Pending', '', '', '', '', '<unset>', '5m', 'Filesystem']],
  [
    'bound claim',
    PersistentVolumeClaim,
    {
      ...born,
      spec: { volumeName: 'v', storageClassName: 'fast' },
      status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
    },
    ['Bound', 'v', '1Gi', 'RWO', 'fast', '<unset>', '5m', 'Filesystem'],
  ],
  [
    'quota',
    ResourceQuota,
    { ...born, status: { hard: { pods: '4', 'limits.cpu': '2', cpu: '1' }, used: { pods: '1' } } },
    ['cpu: 0/1, pods: 1/4', 'limits.cpu: 0/2', '5m'],
  ],
  ['controller', ReplicationController, { ...born, spec: { template } }, [1, 0, 0, '5m', 'c', 'i', 'app=a']],
  [
    'endpoints',
    Endpoints,
    { ...born, subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: '::1' }], ports: [{ port: 80 }, { port: 81 }] }] },
    ['10.0.0.1:80,[::1]:80,10.0.0.1:81 + 1 more...', '5m'],
  ],
  ['component', ComponentStatus, { conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }, ['Healthy', 'ok', '']],
]
for (const [rule, kind, manifest, cells] of looks) test(`cells of a ${rule}`, () => assert.deepEqual(cellsOf(kind, manifest), cells))
