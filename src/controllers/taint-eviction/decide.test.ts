/** When taints drive pods away. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import { ago, NOW, podOf, type PodTraits } from '#test/support/workloads.ts'
import { decide, dueAt } from './decide.ts'

const fire = (since: number, value?: string) => ({ key: 'fire', since: NOW - since * 1000, ...(value && { value }) })
const bears = (...tolerations: object[]): PodTraits => ({ spec: { tolerations } })
const forSeconds = (tolerationSeconds: number) => ({ key: 'fire', operator: 'Exists', effect: 'NoExecute', tolerationSeconds })
const placed = (seconds: number): PodTraits => ({
  status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(seconds) }] },
})
function fate(traits: PodTraits, { taints = [], before }: { taints?: readonly ReturnType<typeof fire>[]; before?: number } = {}) {
  const object = podOf('p', traits)
  const meant = before === undefined ? undefined : NOW + before * 1000
  const now = dueAt(object, taints, { before: meant, at: NOW })
  const more = { ...(meant !== undefined && { before: meant }), ...(now !== undefined && { now }) }
  const plan = decide({ object, children: childrenOf(), more, refusals: [], now: NOW })
  const told = (plan.events ?? []).map(({ message }) => message)
  return [plan.delete?.length ? 'goes' : (plan.lookAgainMs ?? 'stays'), ...told]
}
const outcome = (traits: PodTraits, ...taints: ReturnType<typeof fire>[]) => fate(traits, { taints })[0] as string | number
const BACK = 'Cancelling deletion of Pod default/p'

const rows: readonly [rule: string, is: unknown, wanted: unknown][] = [
  ['without taints it stays', outcome({}), 'stays'],
  ['without toleration it goes', outcome({}, fire(1)), 'goes'],
  ['with one it stays', outcome(bears({ key: 'fire', operator: 'Exists' }), fire(999)), 'stays'],
  ['for its time', outcome(bears(forSeconds(300)), fire(100)), 200_000],
  ['and then goes', outcome(bears(forSeconds(300)), fire(300)), 'goes'],
  ['which begins when it got its node, if that was later', outcome({ ...bears(forSeconds(300)), ...placed(50) }, fire(900)), 250_000],
  ['or was made for it', outcome({ ...bears(forSeconds(300)), age: 20 }, fire(900)), 280_000],
  ['a clock that was set back changes nothing', outcome({ ...bears(forSeconds(300)), ...placed(-7200) }, fire(900)), 300_000],
  ['no time at all is at once', outcome(bears(forSeconds(0)), fire(0)), 'goes'],
  ['the first toleration that answers counts', outcome(bears({ operator: 'Exists' }, forSeconds(0)), fire(9)), 'stays'],
  ['the first taint that is borne too long counts', outcome(bears(forSeconds(300)), fire(0), fire(250)), 50_000],
  [
    'one that is not borne counts beside one that is',
    outcome(bears({ ...forSeconds(300), operator: 'Equal', value: 'small' }), fire(0, 'small'), fire(0, 'big')),
    'goes',
  ],
  ['a value must match', outcome(bears({ key: 'fire', value: 'small' }), fire(1, 'big')), 'goes'],
  ['what goes already is left alone', outcome({ isTerminating: true }, fire(1)), 'stays'],
  ['so is what has ended', outcome({ phase: 'Succeeded' }, fire(1)), 'stays'],
  ['a longer toleration comes too late', fate(bears(forSeconds(300)), { taints: [fire(0)], before: 10 }), [10_000]],
  ['a shorter one counts', fate(bears(forSeconds(5)), { taints: [fire(0)], before: 10 }), [5_000]],
  ['when the taints go it may stay', fate(bears(forSeconds(5)), { before: 10 }), ['stays', BACK]],
  ['as with a toleration for ever', fate(bears({ operator: 'Exists' }), { taints: [fire(0)], before: 10 }), ['stays', BACK]],
  ['what is driven away at once was meant otherwise', fate({}, { taints: [fire(0)], before: 10 }), ['goes', BACK]],
  ['what goes in its time was not', fate(bears(forSeconds(9)), { taints: [fire(9)], before: 0 }), ['goes']],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.deepEqual(is, wanted))
