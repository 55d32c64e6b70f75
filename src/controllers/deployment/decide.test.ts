/** What is seen → what is decided, for deployments. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf, type Refused } from '#client/plan.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { ago, NOW, podOf, stored, TEMPLATE } from '#test/support/workloads.ts'
import { hashOf } from '../revisions/hash.ts'
import { decide } from './decide.ts'

const PREFIX = 'deployment.kubernetes.io'
const templateOf = (image: string) => ({ ...TEMPLATE, spec: { containers: [{ name: 'c', image }] } })
interface Traits {
  readonly image?: string
  readonly spec?: object
  readonly status?: object
  readonly annotations?: object
  readonly metadata?: object
}
const deployment = (replicas: number, { image = 'new', spec, status, metadata }: Traits = {}) =>
  stored(Deployment, {
    metadata: { name: 'web', namespace: 'default', uid: 'd', generation: 1, ...metadata },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: templateOf(image), ...spec },
    status: status ?? {},
  })
/** A set named after its image: `size` pods asked for, so many available. */
function set(image: string, size: number, available = size, { status, annotations, spec }: Traits = {}) {
  const template = stored(Deployment, { metadata: {}, spec: { selector: {}, template: templateOf(image) } }).spec.template
  return stored(ReplicaSet, {
    metadata: { name: image, namespace: 'default', uid: image, generation: 1, creationTimestamp: ago(60), annotations: annotations ?? {} },
    spec: { replicas: size, selector: { matchLabels: { app: 'web' } }, template, ...spec },
    status: { replicas: size, readyReplicas: available, availableReplicas: available, observedGeneration: 1, ...status },
  })
}
interface Status {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason?: string }[]
  readonly collisionCount?: number
}
function outcome(
  object: Deployment,
  sets: readonly ReplicaSet[] = [],
  { pods = [], refusals = [] }: { pods?: Pod[]; refusals?: Refused[] } = {},
) {
  const plan = decide({ object, children: childrenOf([ReplicaSet, sets]), more: pods, refusals, now: NOW })
  const status = plan.status as Status
  const progressing = status.conditions.find(({ type }) => type === 'Progressing')
  return {
    create: (plan.create ?? []).map(({ object }) => (object as ReplicaSet).spec.replicas),
    resize: Object.fromEntries((plan.update ?? []).map(({ object }) => [object.metadata.name, object.spec.replicas])),
    delete: (plan.delete ?? []).map(({ object }) => object.metadata.name),
    progressing: progressing && `${progressing.status} ${progressing.reason}`,
    available: status.conditions.find(({ type }) => type === 'Available')?.status,
    plan,
  }
}
type Outcome = Partial<Omit<ReturnType<typeof outcome>, 'plan'>>
const revision = (number: number | string, more: object = {}) => ({ [`${PREFIX}/revision`]: String(number), ...more })
const sized = (desired: number, maximum: number) => ({
  [`${PREFIX}/desired-replicas`]: String(desired),
  [`${PREFIX}/max-replicas`]: String(maximum),
})
const pace = (maxSurge: number | string, maxUnavailable: number | string) => ({ strategy: { rollingUpdate: { maxSurge, maxUnavailable } } })
const since = (seconds: number, reason: string) => ({
  conditions: [{ type: 'Progressing', status: 'True', reason, lastUpdateTime: ago(seconds), lastTransitionTime: ago(seconds) }],
})
const recreate = { spec: { strategy: { type: 'Recreate' } } }
const taken: Refused = {
  step: 'create',
  kind: ReplicaSet,
  refusal: refuse.alreadyExists({ group: 'apps', resource: 'replicasets' }, `web-${hashOf(deployment(1).spec.template)}`),
}
const forbidden: Refused = {
  step: 'create',
  kind: ReplicaSet,
  refusal: refuse.forbidden({ group: 'apps', resource: 'replicasets' }, 'x', 'quota'),
}

const rows: readonly [rule: string, seen: ReturnType<typeof outcome>, wanted: Outcome][] = [
  [
    'the first set gets all pods at once',
    outcome(deployment(3)),
    { create: [3], progressing: 'True NewReplicaSetCreated', available: 'False' },
  ],
  ['a further set gets what the surge lets it have', outcome(deployment(10), [set('old', 10)]), { create: [3], resize: {} }],
  [
    'surge is rounded up, missing pods down',
    outcome(deployment(10, { spec: pace('25%', '25%') }), [set('old', 10), set('new', 3, 0)]),
    { resize: { new: 3, old: 8 } },
  ],
  [
    'a new set that may grow grows before old ones shrink',
    outcome(deployment(10), [set('old', 8), set('new', 3, 3)]),
    { resize: { new: 5 } },
  ],
  [
    'with neither surge nor missing pods, one may be missing',
    outcome(deployment(2, { spec: pace(0, '10%') }), [set('old', 2), set('new', 0)]),
    { resize: { new: 0, old: 1 } },
  ],
  [
    'old pods that are not available go first',
    outcome(deployment(2, { spec: pace(1, 0) }), [set('old', 2, 1), set('new', 1, 1)]),
    { resize: { new: 1, old: 1 } },
  ],
  [
    'pods that an old set is about to lose do not count as available',
    outcome(deployment(3, { spec: pace(2, 0) }), [set('old', 2, 3), set('new', 3, 2)]),
    { resize: { new: 3, old: 1 } },
  ],
  [
    'a set without the template is an old one, whatever its labels',
    outcome(deployment(1, { image: 'x' }), [set('new', 1)]),
    { create: [1] },
  ],
  ['Recreate empties old sets first', outcome(deployment(2, recreate), [set('old', 2)]), { create: [], resize: { old: 0 } }],
  [
    'Recreate waits for the last old pod to go',
    outcome(deployment(2, recreate), [set('old', 0)], {
      pods: [
        podOf('p', {
          isTerminating: true,
          owner: { uid: 'old', controller: true, kind: 'ReplicaSet', name: 'old', apiVersion: 'apps/v1' },
        }),
      ],
    }),
    { create: [], resize: {} },
  ],
  ['Recreate then makes the new set', outcome(deployment(2, recreate), [set('old', 0)]), { create: [2] }],
  [
    'a paused deployment makes no set',
    outcome(deployment(2, { spec: { paused: true } }), [set('old', 2)]),
    { create: [], progressing: 'Unknown DeploymentPaused' },
  ],
  [
    'a paused deployment is resized',
    outcome(deployment(5, { spec: { paused: true } }), [set('old', 2)]),
    { create: [], resize: { old: 5 } },
  ],
  [
    'in the middle of a rollout sets grow by their shares, and the largest gets the rest',
    outcome(deployment(20), [set('old', 8, 8, { annotations: sized(10, 13) }), set('new', 5, 3, { annotations: sized(10, 13) })]),
    { resize: { old: 15, new: 10 } },
  ],
  [
    'a deployment that shrinks to nothing takes all pods away',
    outcome(deployment(0), [set('old', 8, 8, { annotations: sized(10, 13) }), set('new', 5, 3, { annotations: sized(10, 13) })]),
    { resize: { old: 0, new: 0 } },
  ],
  [
    'a complete rollout says so',
    outcome(deployment(2, { status: since(10, 'ReplicaSetUpdated') }), [set('new', 2)]),
    { progressing: 'True NewReplicaSetAvailable', available: 'True' },
  ],
  [
    'a set that was there is found',
    outcome(deployment(2, { status: { updatedReplicas: 2, replicas: 2, readyReplicas: 1, availableReplicas: 1 } }), [set('new', 2, 1)]),
    { progressing: 'True FoundNewReplicaSet' },
  ],
  [
    'more new pods are progress',
    outcome(deployment(2, { status: since(10, 'NewReplicaSetCreated') }), [set('new', 2, 1)]),
    { progressing: 'True ReplicaSetUpdated' },
  ],
  [
    'no progress until the deadline is a failure',
    outcome(deployment(2, { status: { ...since(700, 'ReplicaSetUpdated'), replicas: 2, updatedReplicas: 2 } }), [set('new', 2, 0)]),
    { progressing: 'False ProgressDeadlineExceeded' },
  ],
  [
    'a deadline that was met does not run again',
    outcome(deployment(2, { status: { ...since(700, 'NewReplicaSetAvailable'), replicas: 2, updatedReplicas: 2 } }), [set('new', 2, 0)]),
    { progressing: 'True NewReplicaSetAvailable' },
  ],
  [
    'old sets beyond the history go when all is done',
    outcome(deployment(1, { spec: { revisionHistoryLimit: 1 } }), [
      set('new', 1),
      set('b', 0, 0, { annotations: revision(2) }),
      set('a', 0, 0, { annotations: revision(1) }),
    ]),
    { delete: ['a'] },
  ],
  [
    'a set that still reports pods stays',
    outcome(deployment(1, { spec: { revisionHistoryLimit: 0 } }), [set('new', 1), set('b', 0, 0, { status: { observedGeneration: 0 } })]),
    { delete: [] },
  ],
  [
    'what is being deleted changes nothing',
    outcome(deployment(3, { metadata: { deletionTimestamp: ago(1) } }), [set('old', 1)]),
    { create: [], resize: {}, delete: [] },
  ],
  [
    'a set that is refused is told of',
    outcome(deployment(1), [], { refusals: [forbidden] }),
    { progressing: 'False ReplicaSetCreateError' },
  ],
]
for (const [rule, seen, wanted] of rows)
  test(rule, () => assert.deepEqual(Object.fromEntries(Object.keys(wanted).map(name => [name, seen[name as keyof Outcome]])), wanted))

const annotations = (object: unknown) => (object as ReplicaSet).metadata.annotations
test('a rollback gives the set that comes back the next revision, and remembers the former one', () => {
  const sets = [
    set('old', 1, 1, { annotations: revision(3) }),
    set('new', 0, 0, { annotations: revision(2, { [`${PREFIX}/revision-history`]: '1' }) }),
  ]
  const { plan } = outcome(deployment(1), sets)
  const back = (plan.update ?? []).find(({ object }) => object.metadata.name === 'new')
  assert.deepEqual(annotations(back?.object), { ...revision(4), [`${PREFIX}/revision-history`]: '1,2', ...sized(1, 2) })
  assert.deepEqual(plan.object && annotations(plan.object), revision(4))
})
test('a revision has 64 bits, and grows by exactly one', () => {
  const { plan } = outcome(deployment(1), [set('old', 1, 1, { annotations: revision('3546343826724305832') })])
  const { [`${PREFIX}/revision`]: made } = annotations(plan.create?.[0]?.object) ?? {}
  assert.equal(made, '3546343826724305833')
})
test('a taken name is counted, and another one taken at once', () => {
  const { plan } = outcome(deployment(1), [], { refusals: [taken] })
  assert.equal((plan.status as Status).collisionCount, 1)
  assert.equal((plan.create?.[0]?.object as ReplicaSet | undefined)?.metadata.name, `web-${hashOf(deployment(1).spec.template, 1)}`)
})
test('annotations are copied, except those that belong to one object', () => {
  const { plan } = outcome(
    deployment(1, { metadata: { annotations: { team: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } }),
  )
  assert.deepEqual(annotations(plan.create?.[0]?.object), { team: 'a', ...revision(1), ...sized(1, 2) })
})

const told = { status: { terminatingReplicas: 1 } }
const terminating: readonly [rule: string, sets: readonly ReplicaSet[], told: unknown][] = [
  ['every set has told', [set('new', 3, 3, told), set('old', 1, 1, told)], 2],
  ['one has not', [set('new', 3, 3, told), set('old', 1)], undefined],
  ['the new one is only being made', [set('old', 3, 3, told)], undefined],
  ['there is none yet', [], undefined],
]
for (const [rule, sets, wanted] of terminating)
  test(`terminating replicas: ${rule}`, () =>
    assert.equal((outcome(deployment(3), sets).plan.status as { readonly terminatingReplicas?: number }).terminatingReplicas, wanted))
