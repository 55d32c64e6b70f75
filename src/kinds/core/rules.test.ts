/** What is refused of the core kinds beside pods, with the field and the words that users see: one row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { problems } from '#schema/validate.ts'
import { ConfigMap } from './config-map.ts'
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

type Json = Record<string, unknown>
// `any`: kinds of all types stand side by side in the table
const made = (kind: AnyKind, manifest: Json): any => {
  const head = { apiVersion: 'v1', kind: kind.name, metadata: { name: 'a', namespace: 'default' } }
  return fillDefaults(kind, decode(kind, { ...head, ...manifest }).value as never)
}
const told = (found: readonly { readonly field: string; readonly message: string }[]) =>
  found.map(({ field, message }) => `${field}: ${message}`)
const service = (spec: Json) => ({ spec: { ports: [{ port: 80 }], ...spec } })
const text = (value: string) => btoa(value)
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const volume = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } }
const template = (labels: Json, more: Json = {}) => ({ metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }], ...more } })

const rows: readonly (readonly [rule: string, kind: AnyKind, manifest: Json, refusals: readonly string[]])[] = [
  ['a plain service is valid', Service, service({}), []],
  ['services have ports', Service, { spec: {} }, ['spec.ports: Required value']],
  ['headless services need none', Service, { spec: { clusterIP: 'None', clusterIPs: ['None'] } }, []],
  [
    'several ports have names',
    Service,
    service({ ports: [{ port: 80 }, { port: 81 }] }),
    ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
  ],
  [
    'a port stands once',
    Service,
    service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
    ['spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}'],
  ],
  [
    'node ports are for node port services',
    Service,
    service({ ports: [{ port: 80, nodePort: 30080 }] }),
    ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ],
  [
    'service types are known',
    Service,
    service({ type: 'Magic' }),
    ['spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
  ],
  ['an external name is needed', Service, { spec: { type: 'ExternalName' } }, ['spec.externalName: Required value']],
  [
    'the first address is the address',
    Service,
    service({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] }),
    ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
  ],
  [
    'external addresses mean the same everywhere',
    Service,
    service({ externalIPs: ['127.0.0.1'] }),
    ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ],
  [
    'target ports have port names',
    Service,
    service({ ports: [{ port: 80, targetPort: 'HTTP' }] }),
    ['spec.ports[0].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
  ],
  [
    'affinity lasts a day at most',
    Service,
    service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 90000 } } }),
    ['spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than 86400'],
  ],
  [
    'ranges are for load balancers',
    Service,
    service({ loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
  ],
  [
    'what load balancers take traffic from are whole ranges, with spaces around them or not',
    Service,
    service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8 ', '10.0.0.1/8', '10.0.0.1'] }),
    [
      'spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
      'spec.LoadBalancerSourceRanges[2]: Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
  ],
  [
    'traffic can be kept near in three ways',
    Service,
    service({ trafficDistribution: 'X' }),
    ['spec.trafficDistribution: Unsupported value: "X": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"'],
  ],
  [
    'a headless service has no address besides',
    Service,
    service({ clusterIP: 'None', clusterIPs: ['None', '10.0.0.1'] }),
    [`spec.clusterIPs: Invalid value: ["None","10.0.0.1"]: 'None' must be the first and only value`],
  ],
  [
    'two addresses are of two families',
    Service,
    service({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] }),
    ['spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family'],
  ],
  [
    'classes of load balancers are named as labels are',
    Service,
    service({ type: 'LoadBalancer', loadBalancerClass: 'a/b/c' }),
    [
      `spec.loadBalancerClass: Invalid value: "a/b/c": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ],
  ],
  [
    'keys of secrets are file names',
    Secret,
    { data: { 'a b': '' } },
    [
      "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ],
  ],
  [
    'TLS secrets have both halves',
    Secret,
    { type: 'kubernetes.io/tls', data: { 'tls.crt': text('x') } },
    ['data[tls.key]: Required value'],
  ],
  [
    'registry secrets are JSON',
    Secret,
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': text('{') } },
    ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid JSON'],
  ],
  [
    'token secrets name their account',
    Secret,
    { type: 'kubernetes.io/service-account-token' },
    ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
  ],
  ['secrets are small', Secret, { stringData: { a: 'x'.repeat(1024 * 1024 + 1) } }, ['data: Too long: may not be more than 1048576 bytes']],
  [
    'a key is text or bytes',
    ConfigMap,
    { data: { a: 'x' }, binaryData: { a: text('x') } },
    ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
  ],
  [
    'finalizers of namespaces say whose they are',
    Namespace,
    { spec: { finalizers: ['mine'] } },
    ['spec.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
  ],
  [
    'claims say how they are mounted',
    PersistentVolumeClaim,
    { spec: { resources: claim.resources } },
    ['spec.accessModes: Required value: at least 1 access mode is required'],
  ],
  [
    'in ways that are known',
    PersistentVolumeClaim,
    { spec: { ...claim, accessModes: ['X'] } },
    ['spec.accessModes: Unsupported value: "X": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'],
  ],
  [
    'and alone, if by one pod',
    PersistentVolumeClaim,
    { spec: { ...claim, accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] } },
    ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  ],
  [
    'claims say how large',
    PersistentVolumeClaim,
    { spec: { accessModes: claim.accessModes } },
    ['spec.resources[storage]: Required value'],
  ],
  [
    'claims are of some size',
    PersistentVolumeClaim,
    { spec: { ...claim, resources: { requests: { storage: '0' } } } },
    ['spec.resources[storage]: Invalid value: "0": must be greater than zero'],
  ],
  ['a plain volume is valid', PersistentVolume, { spec: volume }, []],
  [
    'volumes have a source',
    PersistentVolume,
    { spec: { ...volume, hostPath: undefined } },
    ['spec: Required value: must specify a volume type'],
  ],
  ['volumes have a size', PersistentVolume, { spec: { ...volume, capacity: {} } }, ['spec.capacity: Required value']],
  [
    'local volumes know their node',
    PersistentVolume,
    { spec: { ...volume, hostPath: undefined, local: { path: '/x' } } },
    ['spec.nodeAffinity: Required value: Local volume requires node affinity'],
  ],
  [
    'quota counts known things',
    ResourceQuota,
    { spec: { hard: { bananas: '1' } } },
    ['spec.hard[bananas]: Invalid value: "bananas": must be a standard resource for quota'],
  ],
  [
    'pods are counted whole',
    ResourceQuota,
    { spec: { hard: { pods: '500m' } } },
    ['spec.hard[pods]: Invalid value: "500m": must be an integer'],
  ],
  ['any resource can be counted', ResourceQuota, { spec: { hard: { 'count/jobs.batch': '4' } } }, []],
  [
    'a scope fits what is limited',
    ResourceQuota,
    { spec: { hard: { pods: '1', cpu: '2', services: '3' }, scopes: ['BestEffort'] } },
    ['cpu', 'services'].map(() => 'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'),
  ],
  [
    'that of a selector too, which shows as the server has it',
    ResourceQuota,
    { spec: { hard: { services: '3' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] } } },
    [
      'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"PriorityClass","Operator":"Exists","Values":null}]}: unsupported scope applied to resource',
    ],
  ],
  [
    'a selector names known scopes',
    ResourceQuota,
    { spec: { scopeSelector: { matchExpressions: [{ scopeName: 'Foo', operator: 'Exists' }] } } },
    ['spec.scopeSelector.matchExpressions.scopeName: Invalid value: "Foo": unsupported scope'],
  ],
  ['scopes are known', ResourceQuota, { spec: { scopes: ['Some'] } }, ['spec.scopes: Invalid value: ["Some"]: unsupported scope']],
  [
    'types of limits are known',
    LimitRange,
    { spec: { limits: [{ type: 'Foo' }] } },
    ['spec.limits[0].type: Invalid value: "Foo": must be a standard limit type or fully qualified'],
  ],
  [
    'a default is told by the maximum that it exceeds',
    LimitRange,
    { spec: { limits: [{ type: 'Container', default: { cpu: '3' }, defaultRequest: { cpu: '1' }, max: { cpu: '1' } }] } },
    ['spec.limits[0].default[cpu]: Invalid value: "1": default value 3 is greater than max value 1'],
  ],
  [
    'a minimum is no more than the maximum',
    LimitRange,
    { spec: { limits: [{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }] } },
    ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
  ],
  [
    'a name that every object has is one like others',
    LimitRange,
    { spec: { limits: [{ type: 'Container', default: { toString: '1' }, min: { cpu: '1' } }] } },
    ['default', 'defaultRequest'].map(
      side => `spec.limits[0].${side}[toString]: Invalid value: "toString": must be a standard resource type or fully qualified`,
    ),
  ],
  [
    'pods have no default limits',
    LimitRange,
    { spec: { limits: [{ type: 'Pod', default: { cpu: '1' } }] } },
    ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
  ],
  [
    'a controller selects its own template',
    ReplicationController,
    { spec: { selector: { app: 'a' }, template: template({ app: 'b' }) } },
    ['spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`'],
  ],
  [
    'pods of controllers are restarted',
    ReplicationController,
    { spec: { template: template({ app: 'b' }, { restartPolicy: 'Never' }) } },
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    'subsets have addresses',
    Endpoints,
    { subsets: [{ ports: [{ port: 80 }] }] },
    ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
  ],
  [
    'taints have known effects',
    Node,
    { spec: { taints: [{ key: 'a', effect: 'Never' }] } },
    ['metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'],
  ],
  [
    'a taint stands once per effect',
    Node,
    {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule' },
        ],
      },
    },
    [
      'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ],
  ],
  [
    'events live where their object does',
    Event,
    { involvedObject: { namespace: 'other' } },
    ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
  ],
]
for (const [rule, kind, manifest, want] of rows) test(rule, () => assert.deepEqual(told(problems(kind, made(kind, manifest))), want))

type Change = readonly [before: Json, next: Json]
const FIXED = 'field is immutable when `immutable` is set'
const changes: readonly (readonly [rule: string, kind: AnyKind, change: Change, refusals: readonly string[]])[] = [
  [
    'an address stays',
    Service,
    [service({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] }), service({ clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'] })],
    ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'],
  ],
  [
    'the port at which load balancers ask for health stays while there is one',
    Service,
    [
      service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 32100 }),
      service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 32101 }),
    ],
    ['spec.healthCheckNodePort: Forbidden: field is immutable'],
  ],
  [
    'ranges that were taken once are not refused now',
    Service,
    [
      service({ type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.1/8'] }),
      service({ type: 'LoadBalancer', loadBalancerSourceRanges: [' 10.0.0.1/8', '10.0.0.0/8'] }),
    ],
    [],
  ],
  ['the type of a secret stays', Secret, [{ type: 'a' }, { type: 'b' }], ['type: Invalid value: "b": field is immutable']],
  [
    'an immutable secret stays',
    Secret,
    [{ immutable: true }, { data: { a: '' } }],
    [`immutable: Forbidden: ${FIXED}`, `data: Forbidden: ${FIXED}`],
  ],
  ['an immutable map stays', ConfigMap, [{ immutable: true }, { immutable: true, data: { a: '' } }], [`data: Forbidden: ${FIXED}`]],
  [
    'a claim stays as it is',
    PersistentVolumeClaim,
    [{ spec: claim }, { spec: { ...claim, accessModes: ['ReadWriteMany'] } }],
    ['spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'],
  ],
  ['a claim may be given its volume', PersistentVolumeClaim, [{ spec: claim }, { spec: { ...claim, volumeName: 'v' } }], []],
  [
    'a bound claim may grow',
    PersistentVolumeClaim,
    [
      { spec: claim, status: { phase: 'Bound' } },
      { spec: { ...claim, resources: { requests: { storage: '2Gi' } } }, status: { phase: 'Bound' } },
    ],
    [],
  ],
  [
    'a bound claim may not shrink',
    PersistentVolumeClaim,
    [
      { spec: claim, status: { phase: 'Bound', capacity: { storage: '1Gi' } } },
      { spec: { ...claim, resources: { requests: { storage: '1Mi' } } }, status: { phase: 'Bound', capacity: { storage: '1Gi' } } },
    ],
    ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
  ],
  [
    'the source of a volume stays',
    PersistentVolume,
    [{ spec: volume }, { spec: { ...volume, hostPath: { path: '/y' } } }],
    ['spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
  ],
  [
    'scopes of a quota stay',
    ResourceQuota,
    [{ spec: {} }, { spec: { scopes: ['BestEffort'] } }],
    ['spec.scopes: Invalid value: ["BestEffort"]: field is immutable'],
  ],
  [
    'the range of a node stays',
    Node,
    [{ spec: { podCIDR: '10.0.0.0/24' } }, { spec: { podCIDR: '10.0.1.0/24' } }],
    ['spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'],
  ],
]
for (const [rule, kind, [before, next], want] of changes)
  test(rule, () => assert.deepEqual(told(problems(kind, made(kind, next), made(kind, before))), want))
