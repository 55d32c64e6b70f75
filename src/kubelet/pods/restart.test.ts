/** Pauses after crashes grow, are capped, and are forgiven; and who is started again at all. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { endOfPause, longer, type Pause, shouldRestart } from './restart.ts'

test('each crash doubles the pause, up to five minutes', () => {
  const pauses: number[] = []
  let pause: Pause | undefined
  for (let now = 0; pauses.length < 7; now += 300_000) {
    pause = longer(pause, { since: now, now })
    pauses.push(pause.ms / 1000)
  }
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 300, 300])
})
test('a node may allow less, down to less than the first pause', () => {
  const pauses = (maxMs: number) => {
    const first = longer(undefined, { since: 0, now: 0, maxMs })
    return [first.ms, longer(first, { since: 0, now: 0, maxMs }).ms]
  }
  assert.deepEqual(
    [pauses(15_000), pauses(1_000)],
    [
      [10_000, 15_000],
      [1_000, 1_000],
    ],
  )
})
test('ten minutes without a crash forgive', () => {
  const pause = { ms: 300_000, at: 0 }
  assert.equal(longer(pause, { since: 600_001, now: 600_001 }).ms, 10_000)
  assert.equal(endOfPause(pause, 600_001, 600_001), undefined)
  assert.equal(endOfPause(pause, 600_000, 600_000), 900_000)
})
test('a clock that was set back holds nobody until the time of the crash comes again', () => {
  const pause = { ms: 10_000, at: 3_600_000 }
  assert.equal(endOfPause(pause, 3_600_000, 3_600_500), 3_610_000)
  assert.equal(endOfPause(pause, 3_600_000, 500), undefined)
})
test('a container that never crashed is not held', () => assert.equal(endOfPause(undefined, 5, 5), undefined))

type Policy = 'Always' | 'OnFailure' | 'Never'
interface Ended {
  readonly pod: Policy
  readonly own?: Policy
  readonly rule?: readonly ['In' | 'NotIn', ...number[]]
  readonly isInit?: true
  readonly exitCode: number
}
const rows: readonly [string, Ended, boolean][] = [
  ['always, after success', { pod: 'Always', exitCode: 0 }, true],
  ['on failure, after success', { pod: 'OnFailure', exitCode: 0 }, false],
  ['on failure, after a failure', { pod: 'OnFailure', exitCode: 1 }, true],
  ['never, after a failure', { pod: 'Never', exitCode: 1 }, false],
  ["the container's own policy, against a pod that is never restarted", { pod: 'Never', own: 'OnFailure', exitCode: 1 }, true],
  ["the container's own policy, against a pod that is always restarted", { pod: 'Always', own: 'Never', exitCode: 1 }, false],
  ['a rule that lists the exit code', { pod: 'Never', own: 'Never', rule: ['In', 41, 42], exitCode: 42 }, true],
  ['a rule that lists others', { pod: 'Never', own: 'Never', rule: ['In', 42], exitCode: 1 }, false],
  ['a rule for all but the exit code', { pod: 'Never', own: 'Never', rule: ['NotIn', 42], exitCode: 42 }, false],
  ['a rule for all but others', { pod: 'Never', own: 'Never', rule: ['NotIn', 42], exitCode: 1 }, true],
  ['no rule for it: the policy', { pod: 'Never', own: 'OnFailure', rule: ['In', 42], exitCode: 1 }, true],
  ['an init container that has done its work', { pod: 'Always', isInit: true, exitCode: 0 }, false],
  ['a sidecar that ended well', { pod: 'Never', own: 'Always', isInit: true, exitCode: 0 }, true],
]
for (const [name, { pod, own, rule, isInit, exitCode }, restarts] of rows)
  test(`${restarts ? 'started again' : 'not started again'}: ${name}`, () => {
    const [operator, ...values] = rule ?? []
    const restartPolicyRules = rule && [{ action: 'Restart', exitCodes: { operator, values } }]
    const container = { name: 'c', ...(own && { restartPolicy: own }), ...(rule && { restartPolicyRules }) } as unknown as Container
    const spec = { restartPolicy: pod, [isInit ? 'initContainers' : 'containers']: [container] }
    assert.equal(shouldRestart({ spec } as unknown as Pod, container, { exitCode }), restarts)
  })
