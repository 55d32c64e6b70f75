/** Rules by which taints of devices end pods. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { DeviceTaint } from '#kinds/resource/taint.ts'
import { decide } from './decide.ts'

const NOW = Date.parse('2030-01-01T00:01:00Z')
const taint = (effect = 'NoExecute') =>
  [{ key: 'k', value: 'v', effect, timeAdded: '2030-01-01T00:00:00Z' }] as unknown as readonly DeviceTaint[]
const claim = (...tolerations: readonly object[]) =>
  ({
    metadata: { name: 'c', namespace: 'd' },
    spec: {},
    status: { allocation: { devices: { results: [{ request: 'r', driver: 'drv', pool: 'p', device: 'x', tolerations }] } } },
  }) as unknown as ResourceClaim
const pod = (status: object = {}, metadata: object = {}) =>
  ({ metadata: { name: 'web', namespace: 'd', uid: 'u', ...metadata }, spec: {}, status }) as unknown as Pod
const forTime = (tolerationSeconds?: number) => ({
  key: 'k',
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
})

const rows: readonly [rule: string, claim: ResourceClaim, taints: readonly DeviceTaint[], pods: readonly Pod[], outcome: string][] = [
  ['who does not put up with it goes at once', claim(), taint(), [pod()], 'told, DeletionByDeviceTaintManager, deleted'],
  ['who does for ever stays', claim(forTime()), taint(), [pod()], ''],
  ['for a time: not yet', claim(forTime(90)), taint(), [pod()], 'again in 30 s'],
  ['the shortest time counts', claim(forTime(90), forTime(70)), taint(), [pod()], 'again in 10 s'],
  ['when it is over', claim(forTime(60)), taint(), [pod()], 'told, DeletionByDeviceTaintManager, deleted'],
  [
    'a toleration of another effect is none',
    claim({ key: 'k', operator: 'Exists' }),
    taint(),
    [pod()],
    'told, DeletionByDeviceTaintManager, deleted',
  ],
  ['a taint that only keeps away', claim(), taint('NoSchedule'), [pod()], ''],
  ['nobody uses it', claim(), taint(), [], ''],
  ['who goes already', claim(), taint(), [pod({}, { deletionTimestamp: 'now' })], ''],
  ['who has ended', claim(), taint(), [pod({ phase: 'Succeeded' })], ''],
]
for (const [rule, object, taints, pods, outcome] of rows)
  test(rule, () => {
    const plan = decide({ object, children: childrenOf(), more: { taintsOf: () => taints, pods }, refusals: [], now: NOW })
    const parts = [
      ...(plan.events ?? []).map(({ reason, message }) =>
        reason === 'DeviceTaintManagerEviction' && message === 'Marking for deletion' ? 'told' : reason,
      ),
      ...(plan.update ?? []).map(({ object: next }) => (next as Pod).status.conditions?.[0]?.reason),
      ...(plan.delete ?? []).map(() => 'deleted'),
      ...(plan.lookAgainMs === undefined ? [] : [`again in ${plan.lookAgainMs / 1000} s`]),
    ]
    assert.equal(parts.join(', '), outcome)
  })
