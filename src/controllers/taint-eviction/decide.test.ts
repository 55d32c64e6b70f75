/** When taints drive pods away. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import { NOW, podOf, type PodTraits } from '#test/support/workloads.ts'
import { decide } from './decide.ts'

const fire = (since: number, value?: string) => ({ key: 'fire', since: NOW - since * 1000, ...(value && { value }) })
const bears = (...tolerations: object[]): PodTraits => ({ spec: { tolerations } })
const forSeconds = (tolerationSeconds: number) => ({ key: 'fire', operator: 'Exists', effect: 'NoExecute', tolerationSeconds })
function outcome(traits: PodTraits, ...more: ReturnType<typeof fire>[]) {
  const plan = decide({ object: podOf('p', traits), children: childrenOf(), more, refusals: [], now: NOW })
  return plan.delete?.length ? 'goes' : (plan.lookAgainMs ?? 'stays')
}
const rows: readonly [rule: string, is: string | number, wanted: string | number][] = [
  ['without taints it stays', outcome({}), 'stays'],
  ['without toleration it goes', outcome({}, fire(1)), 'goes'],
  ['with one it stays', outcome(bears({ key: 'fire', operator: 'Exists' }), fire(999)), 'stays'],
  ['for its time', outcome(bears(forSeconds(300)), fire(100)), 200_000],
  ['and then goes', outcome(bears(forSeconds(300)), fire(300)), 'goes'],
  ['no time at all is at once', outcome(bears(forSeconds(0)), fire(0)), 'goes'],
  ['the first toleration that answers counts', outcome(bears({ operator: 'Exists' }, forSeconds(0)), fire(9)), 'stays'],
  ['the first taint that is borne too long counts', outcome(bears(forSeconds(300)), fire(0), fire(250)), 50_000],
  ['a value must match', outcome(bears({ key: 'fire', value: 'small' }), fire(1, 'big')), 'goes'],
  ['what goes already is left alone', outcome({ isTerminating: true }, fire(1)), 'stays'],
  ['so is what has ended', outcome({ phase: 'Succeeded' }, fire(1)), 'stays'],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.equal(is, wanted))
