/** What is seen → what is decided, for stateful sets. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf, type Refused } from '#client/plan.ts'
import { ControllerRevision } from '#kinds/apps/controller-revision.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { NOW, podOf, type PodTraits, stored, TEMPLATE } from '#test/support/workloads.ts'
import { decide } from './decide.ts'

const set = (replicas: number, spec: object = {}, status: object = {}) =>
  stored(StatefulSet, {
    metadata: { name: 'db', namespace: 'default', uid: 'sts', generation: 1 },
    spec: { replicas, serviceName: 'db', selector: { matchLabels: { app: 'web' } }, template: TEMPLATE, ...spec },
    status,
  })
const revisionOf = (object: StatefulSet, name: string, revision: number, image?: string) => {
  const { template } = object.spec
  const other = { ...template, spec: { ...template.spec, containers: [{ ...template.spec.containers[0], image }] } }
  return stored(ControllerRevision, {
    metadata: { name, namespace: 'default', labels: { 'controller.kubernetes.io/hash': name } },
    data: { spec: { template: { ...(image ? other : template), $patch: 'replace' } } },
    revision,
  })
}
const pod = (ordinal: number, traits: PodTraits & { readonly revision?: string } = {}) =>
  podOf(`db-${ordinal}`, {
    ready: 60,
    labels: {
      app: 'web',
      'controller-revision-hash': traits.revision ?? 'new',
      'statefulset.kubernetes.io/pod-name': `db-${ordinal}`,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
    ...traits,
  })
const idle = { phase: 'Pending', status: { conditions: [] } }
const old = { revision: 'old' }
interface Around {
  readonly claims?: readonly PersistentVolumeClaim[]
  readonly refusals?: readonly Refused[]
}
function outcome(object: StatefulSet, pods: readonly Pod[] = [], { claims = [], refusals = [] }: Around = {}) {
  const children = childrenOf([Pod, pods], [ControllerRevision, [revisionOf(object, 'old', 1, 'old'), revisionOf(object, 'new', 2)]])
  const more = new Map(claims.map(claim => [claim.metadata.name as string, claim]))
  const plan = decide({ object, children, more, refusals, now: NOW })
  const { replicas, currentReplicas, updatedReplicas, currentRevision } = plan.status as StatefulSet['status']
  const made = (plan.create ?? []).map(({ object }) => object as Pod)
  return {
    create: made.map(({ metadata }) => metadata.name),
    images: made.flatMap(({ spec }) => spec.containers?.[0]?.image ?? []),
    remove: (plan.delete ?? []).map(({ object }) => object.metadata.name),
    counts: `${replicas}/${currentReplicas}/${updatedReplicas} ${currentRevision}`,
    owners: (plan.update ?? []).map(({ object }) => [object.metadata.name, object.metadata.ownerReferences?.[0]?.kind]),
    made,
  }
}
const parallel = { podManagementPolicy: 'Parallel' }
const strategy = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } })
const running = { currentRevision: 'old' }
const templates = (policy: object = {}) => ({
  volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }],
  persistentVolumeClaimRetentionPolicy: policy,
})
const claim = (ordinal: number, metadata: object = {}) =>
  stored(PersistentVolumeClaim, { metadata: { name: `data-db-${ordinal}`, namespace: 'default', ...metadata }, spec: {} })
const predecessor = { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'db-0', uid: 'gone', controller: true }] }

const refused: Refused = {
  step: 'create',
  kind: PersistentVolumeClaim,
  refusal: refuse.forbidden({ group: '', resource: 'persistentvolumeclaims' }, 'data-db-1', 'exceeded quota'),
}

const rows: readonly [rule: string, seen: ReturnType<typeof outcome>, wanted: Partial<ReturnType<typeof outcome>>][] = [
  ['the first pod comes first', outcome(set(3)), { create: ['db-0'] }],
  ['the next when it is available', outcome(set(3), [pod(0)]), { create: ['db-1'] }],
  ['and not before', outcome(set(3), [pod(0, idle)]), { create: [] }],
  ['nor before minReadySeconds are over', outcome(set(3, { minReadySeconds: 90 }), [pod(0)]), { create: [] }],
  ['in parallel all at once', outcome(set(3, parallel), [pod(1)]), { create: ['db-0', 'db-2'] }],
  ['numbers may begin elsewhere', outcome(set(2, { ...parallel, ordinals: { start: 5 } })), { create: ['db-5', 'db-6'] }],
  [
    'a pod that has ended is deleted, and made when it is gone',
    outcome(set(1), [pod(0, { phase: 'Failed' })]),
    { remove: ['db-0'], create: [] },
  ],
  ['the highest goes first', outcome(set(1), [pod(0), pod(1), pod(2)]), { remove: ['db-2'] }],
  ['one after the other', outcome(set(1), [pod(0), pod(1), pod(2, { isTerminating: true })]), { remove: [] }],
  ['none while one that stays is not available', outcome(set(1), [pod(0, idle), pod(1)]), { remove: [] }],
  ['in parallel all go', outcome(set(1, parallel), [pod(0), pod(1), pod(2)]), { remove: ['db-2', 'db-1'] }],
  [
    'a new template begins at the end',
    outcome(
      set(3, {}, running),
      [0, 1, 2].map(at => pod(at, old)),
    ),
    { remove: ['db-2'], counts: '3/2/0 old' },
  ],
  ['and goes on when that one is available', outcome(set(3, {}, running), [pod(0, old), pod(1, old), pod(2)]), { remove: ['db-1'] }],
  ['as far as the partition', outcome(set(3, strategy({ partition: 2 }), running), [pod(0, old), pod(1, old), pod(2)]), { remove: [] }],
  [
    'below which pods come back as they were',
    outcome(set(2, strategy({ partition: 2 }), running), [pod(1, old)]),
    { create: ['db-0'], images: ['old'] },
  ],
  [
    'several at a time where they may be missing',
    outcome(
      set(3, strategy({ maxUnavailable: 2 }), running),
      [0, 1, 2].map(at => pod(at, old)),
    ),
    { remove: ['db-2', 'db-1'] },
  ],
  [
    'all that are away count for these',
    outcome(set(4, { ...parallel, ...strategy({ maxUnavailable: 2, partition: 2 }) }, running), [
      pod(0, { ...old, ...idle }),
      pod(1, old),
      pod(2, old),
      pod(3, old),
    ]),
    { remove: ['db-3'] },
  ],
  [
    'without such a number an old one goes, however it fares, and whoever below it is away',
    outcome(set(3, { ...parallel, ...strategy({}) }, running), [pod(0, { ...old, ...idle }), pod(1, old), pod(2, { ...old, ...idle })]),
    { remove: ['db-2'] },
  ],
  [
    'but not while one above it is away',
    outcome(set(3, { ...parallel, ...strategy({}) }, running), [pod(0, old), pod(1, old), pod(2, idle)]),
    { remove: [] },
  ],
  [
    'for minReadySeconds too',
    outcome(set(3, { ...parallel, ...strategy({}), minReadySeconds: 90 }, running), [pod(0, old), pod(1, old), pod(2)]),
    { remove: [] },
  ],
  [
    'nor in the same look as pods that are too many',
    outcome(set(2, parallel, running), [pod(0, old), pod(1, old), pod(2, old)]),
    { remove: ['db-2'] },
  ],
  [
    'nor while one has ended',
    outcome(set(2, parallel, running), [pod(0, { ...old, phase: 'Succeeded' }), pod(1, old), pod(2, old)]),
    { remove: ['db-0'] },
  ],
  [
    'one that is ready for too short a time may be the first to be given up',
    outcome(set(1, { minReadySeconds: 90 }), [pod(0, { ready: 100 }), pod(1, { ready: 30 })]),
    { remove: ['db-1'] },
  ],
  [
    'OnDelete waits for people',
    outcome(set(2, { updateStrategy: { type: 'OnDelete' } }, running), [pod(0, old), pod(1, old)]),
    { remove: [] },
  ],
  ['when all are new, that is the current revision', outcome(set(2, {}, running), [pod(0), pod(1)]), { counts: '2/2/2 new' }],
  ['pods of other names are none of ours', outcome(set(1), [podOf('db-x'), podOf('other-0')]), { create: ['db-0'] }],
  ['claims are made before the pod', outcome(set(1, templates())), { create: ['data-db-0', 'db-0'] }],
  ['but not twice', outcome(set(1, templates()), [], { claims: [claim(0)] }), { create: ['db-0'] }],
  [
    'where one was refused, pods that have theirs come first',
    outcome(set(2, { ...templates(), ...parallel }), [], { claims: [claim(0)], refusals: [refused] }),
    { create: ['db-0', 'data-db-1'] },
  ],
  [
    'a pod waits while its predecessor’s claim goes',
    outcome(set(1, templates({ whenScaled: 'Delete' })), [], { claims: [claim(0, predecessor)] }),
    { create: [] },
  ],
  [
    'claims go with pods that are too many, if they shall',
    outcome(set(1, templates({ whenScaled: 'Delete' })), [pod(0), pod(1)], { claims: [claim(0), claim(1)] }),
    { owners: [['data-db-1', 'Pod']], remove: ['db-1'] },
  ],
  [
    'or with the set',
    outcome(set(1, templates({ whenDeleted: 'Delete' })), [pod(0)], { claims: [claim(0)] }),
    { owners: [['data-db-0', 'StatefulSet']] },
  ],
]
for (const [rule, seen, wanted] of rows)
  test(rule, () => assert.deepEqual(Object.fromEntries(Object.keys(wanted).map(name => [name, seen[name as keyof typeof wanted]])), wanted))

test('a pod is known by its number in every way', () => {
  const [, made] = outcome(set(1, templates())).made
  assert.equal(made?.spec.hostname, 'db-0')
  assert.equal(made?.spec.subdomain, 'db')
  assert.equal(made?.metadata.labels?.['apps.kubernetes.io/pod-index'], '0')
  assert.equal(made?.spec.volumes?.[0]?.persistentVolumeClaim?.claimName, 'data-db-0')
})
test('a refused claim is told of, and what it keeps from being made', () => {
  const plan = decide({ object: set(1, templates()), children: childrenOf(), more: new Map(), refusals: [], now: NOW })
  const claim = (plan.create ?? []).find(({ kind }) => kind === PersistentVolumeClaim)
  assert.deepEqual(
    [claim?.refused?.(refused.refusal) ?? []].flat().map(({ message }) => message.split(' failed error: ')[0]),
    ['Create Claim data-db-0 for Pod db-0 in StatefulSet db', 'Create Pod db-0 in StatefulSet db'],
  )
})
