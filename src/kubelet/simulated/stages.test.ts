/** Pods on simulated nodes go the way of real ones, as far as the API can tell. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import { EXIT_CODE, nextStage, RUN_SECONDS, START_SECONDS } from './stages.ts'

const T0 = Date.parse('2030-01-01T00:00:00Z')
const time = (seconds: number) => new Date(T0 + seconds * 1000).toISOString().replace('.000', '')
const place = { hostIP: '127.0.0.1', podIP: '10.200.0.1' }
interface Given {
  readonly metadata?: object
  readonly spec?: object
  readonly status?: object
}
const pod = ({ metadata = {}, spec = {}, status = {} }: Given): Pod =>
  ({
    metadata: { name: 'p', namespace: 'd', uid: 'u', creationTimestamp: time(0), ...metadata },
    spec: { restartPolicy: 'Always', containers: [{ name: 'c', image: 'i' }], ...spec },
    status: { phase: 'Pending', ...status },
  }) as unknown as Pod
const running = {
  phase: 'Running',
  startTime: time(1),
  containerStatuses: [{ name: 'c', restartCount: 2, state: { running: { startedAt: time(10) } }, lastState: {} }],
}
const note = (annotations: Record<string, string>) => ({ metadata: { annotations } })

const rows: readonly [string, Given, string | undefined, number?][] = [
  ['a new pod starts after a moment', {}, 'start', 0.2],
  ['a start can be made slow', note({ [START_SECONDS]: '7' }), 'start', 7],
  ['a running pod that is always restarted stays', { status: running }, undefined],
  ['a pod that is never restarted ends', { spec: { restartPolicy: 'Never' }, status: running }, 'end', 11],
  ['when it ends can be said', { ...note({ [RUN_SECONDS]: '60' }), spec: { restartPolicy: 'Never' }, status: running }, 'end', 70],
  [
    'a failed container is restarted when the policy says so',
    { ...note({ [EXIT_CODE]: '1' }), spec: { restartPolicy: 'OnFailure' }, status: running },
    'restart',
    11,
  ],
  ['one that is always restarted crashes when it is told to', { ...note({ [RUN_SECONDS]: '5' }), status: running }, 'restart', 15],
  [
    'a deleted pod goes, whatever it was doing',
    { metadata: { deletionTimestamp: time(50), deletionGracePeriodSeconds: 30 }, status: running },
    'delete',
    20.1,
  ],
  ['a deletion without grace is not put off', { metadata: { deletionTimestamp: time(50), deletionGracePeriodSeconds: 0 } }, 'delete', 50],
  ['a deadline ends a pod', { spec: { activeDeadlineSeconds: 30 }, status: running }, 'expire', 31],
  ['a pod that has ended stays', { spec: { restartPolicy: 'Never' }, status: { phase: 'Succeeded' } }, undefined],
]
for (const [rule, given, name, due] of rows)
  test(rule, () => {
    const stage = nextStage(pod(given))
    assert.equal(stage?.name, name)
    if (stage) assert.equal((stage.due(pod(given)) - T0) / 1000, due)
  })

test('what a stage writes is what its successor reads', () => {
  const status = (name: string, given: Given) => {
    const stage = nextStage(pod(given))
    assert.equal(stage?.name, name)
    const outcome = stage?.outcome(pod(given), place, T0 + 90_000)
    assert(outcome && outcome !== 'delete')
    return outcome.status as unknown as Pod['status']
  }
  const begun = status('start', { spec: { restartPolicy: 'Never' } })
  assert.equal(begun.conditions?.find(({ type }) => type === 'Ready')?.status, 'True')
  const ended = status('end', { ...note({ [EXIT_CODE]: '3' }), spec: { restartPolicy: 'Never' }, status: begun })
  assert.equal(ended.phase, 'Failed')
  assert.equal(ended.containerStatuses?.[0]?.state.terminated?.exitCode, 3)
  const again = status('restart', { ...note({ [RUN_SECONDS]: '1' }), status: running })
  assert.equal(again.containerStatuses?.[0]?.restartCount, 3)
})
