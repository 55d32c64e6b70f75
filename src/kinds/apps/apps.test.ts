/** Rules, defaults and columns of the workloads in apps/v1. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { ControllerRevision } from './controller-revision.ts'
import { DaemonSet, TEMPLATE_GENERATION } from './daemon-set.ts'
import { Deployment } from './deployment.ts'
import { ReplicaSet } from './replica-set.ts'
import { StatefulSet } from './stateful-set.ts'

const workload: Manifest = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'nginx', image: 'nginx:1' },
          { name: 'side', image: 'busybox' },
        ],
      },
    },
  },
}
const noLabels = 'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`'

for (const [rule, kind, changes, expected] of [
  ['a plain Deployment is fine', Deployment, {}, []],
  ['a plain ReplicaSet is fine', ReplicaSet, {}, []],
  ['a plain StatefulSet is fine', StatefulSet, {}, []],
  ['a plain DaemonSet is fine', DaemonSet, {}, []],
  [
    'replicas are not negative',
    Deployment,
    { 'spec.replicas': -1 },
    ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'a selector is there',
    Deployment,
    { 'spec.selector': undefined },
    [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'a selector that is not sound is compared with nothing',
    Deployment,
    { 'spec.selector': { matchExpressions: [{ key: 'app', operator: 'In' }] } },
    [
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"In"}]}: invalid label selector',
    ],
  ],
  [
    'the name of its service is one label',
    StatefulSet,
    { 'spec.serviceName': 'a.b' },
    ['spec.serviceName: Invalid value: "a.b": must not contain dots'],
  ],
  [
    'a selector says something',
    DaemonSet,
    { 'spec.selector': {} },
    ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset'],
  ],
  ['a selector matches the template', Deployment, { 'spec.template.metadata.labels': { app: 'other' } }, [noLabels]],
  ['a selector of a StatefulSet matches, too', StatefulSet, { 'spec.template.metadata.labels': { app: 'other' } }, [noLabels]],
  [
    'pods restart',
    ReplicaSet,
    { 'spec.template.spec.restartPolicy': 'Never' },
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    'Recreate has no pace',
    Deployment,
    { 'spec.strategy': { type: 'Recreate', rollingUpdate: {} } },
    ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ],
  [
    'a rollout can move',
    Deployment,
    { 'spec.strategy': { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  ],
  [
    'no more than all pods',
    Deployment,
    { 'spec.strategy': { rollingUpdate: { maxUnavailable: '120%' } } },
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "120%": must not be greater than 100%'],
  ],
  [
    'a rollout has more time than a pod',
    Deployment,
    { 'spec.minReadySeconds': 600 },
    ['spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
  ],
  [
    'a strategy is known',
    Deployment,
    { 'spec.strategy': { type: 'Blue' } },
    ['spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"'],
  ],
  [
    'a DaemonSet surges or leaves out',
    DaemonSet,
    { 'spec.updateStrategy': { rollingUpdate: { maxSurge: 1 } } },
    ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero'],
  ],
  [
    'ready pods exist',
    Deployment,
    { status: { replicas: 1, readyReplicas: 2 } },
    ['status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, changed(workload, changes)), expected))

for (const [rule, kind, changes, expected] of [
  [
    'the selector never changes',
    Deployment,
    { 'spec.selector.matchLabels': { app: 'web', tier: 'a' }, 'spec.template.metadata.labels': { app: 'web', tier: 'a' } },
    ['spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"a"}}: field is immutable'],
  ],
  [
    'replicas, template and strategy of a StatefulSet may change',
    StatefulSet,
    { 'spec.replicas': 3, 'spec.minReadySeconds': 1, 'spec.template.spec.hostname': 'a' },
    [],
  ],
  [
    'nothing else may',
    StatefulSet,
    { 'spec.serviceName': 'other' },
    [
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, changed(workload, changes), workload), expected))

test('StatefulSet: containers mount claims, and only what is there', () => {
  const mounting = (name: string) =>
    changed(workload, {
      'spec.template.spec.containers': [{ name: 'db', image: 'db', volumeMounts: [{ name, mountPath: '/data' }] }],
      'spec.volumeClaimTemplates': [
        { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      ],
    })
  assert.deepEqual(causes(StatefulSet, mounting('data')), [])
  assert.deepEqual(causes(StatefulSet, mounting('other')), ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"'])
})

test('Deployment: advice about the template names its place', () => {
  const object = prepared(Deployment, changed(workload, { 'spec.template.spec.nodeSelector': { 'beta.kubernetes.io/os': 'linux' } }))
  assert.deepEqual(Deployment.options.warnings?.(object), [
    'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
  ])
})

test('ControllerRevision: data is there and never changes', () => {
  assert.deepEqual(causes(ControllerRevision, { revision: 1 }), ['data: Required value: data is mandatory'])
  assert.deepEqual(causes(ControllerRevision, { revision: 2, data: { a: 2 } }, { revision: 1, data: { a: 1 } }), [
    'data: Invalid value: {"a":2}: field is immutable',
  ])
})

for (const [rule, kind, manifest, expected] of [
  [
    'a Deployment rolls by quarters',
    Deployment,
    workload,
    {
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
  ],
  ['no pods at all is a wish, too', Deployment, changed(workload, { 'spec.replicas': 0 }), { replicas: 0 }],
  [
    'half a pace is completed',
    Deployment,
    changed(workload, { 'spec.strategy': { rollingUpdate: { maxSurge: 2 } } }),
    { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: 2 } } },
  ],
  ['Recreate stays alone', Deployment, changed(workload, { 'spec.strategy': { type: 'Recreate' } }), { strategy: { type: 'Recreate' } }],
  [
    'a StatefulSet goes in order',
    StatefulSet,
    workload,
    {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    },
  ],
  [
    'a StatefulSet that names its type is left alone',
    StatefulSet,
    changed(workload, { 'spec.updateStrategy': { type: 'RollingUpdate' } }),
    { updateStrategy: { type: 'RollingUpdate' } },
  ],
  [
    'a DaemonSet rolls node by node',
    DaemonSet,
    workload,
    { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, revisionHistoryLimit: 10 },
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => {
    const { spec } = prepared(kind, manifest)
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(spec[name], value)
  })

const CREATED = Date.parse('2026-01-01T00:00:00Z')
for (const [kind, status, expected] of [
  [Deployment, { replicas: 1, readyReplicas: 1, updatedReplicas: 1 }, ['1/1', 1, 0, '3m20s', 'nginx,side', 'nginx:1,busybox', 'app=web']],
  [ReplicaSet, { replicas: 1 }, [1, 1, 0, '3m20s', 'nginx,side', 'nginx:1,busybox', 'app=web']],
  [StatefulSet, { replicas: 1 }, ['0/1', '3m20s', 'nginx,side', 'nginx:1,busybox']],
  [
    DaemonSet,
    { desiredNumberScheduled: 2, currentNumberScheduled: 2, numberReady: 1 },
    [2, 2, 1, 0, 0, '<none>', '3m20s', 'nginx,side', 'nginx:1,busybox', 'app=web'],
  ],
] as const)
  test(`${kind.name}: columns`, () => {
    const object = prepared(kind, changed(workload, { status, 'metadata.creationTimestamp': new Date(CREATED).toISOString() }))
    assert.deepEqual(Object.values(cells(kind, object, CREATED + 200_000)), expected)
  })

test('DaemonSet: templates are counted, from one on, and updates have no say in it', () => {
  const occasion = { now: 0, user: 'ann', subresource: '' }
  const created = prepared(DaemonSet, workload)
  DaemonSet.options.onCreate?.(created as Draft<DaemonSet>, occasion)
  const after = (changes: Readonly<Record<string, unknown>>) => {
    const next = prepared(DaemonSet, changed(workload, changes))
    DaemonSet.options.onUpdate?.(next as Draft<DaemonSet>, created as DaemonSet, occasion)
    return next.metadata.annotations?.[TEMPLATE_GENERATION]
  }
  const counts = [
    created.metadata.annotations?.[TEMPLATE_GENERATION],
    after({ 'metadata.annotations': { [TEMPLATE_GENERATION]: '7' } }),
    after({ 'spec.template.spec.hostNetwork': true }),
  ]
  assert.deepEqual(counts, ['1', '1', '2'])
})
