/** Thresholds of probes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_OUTCOME, tally } from './verdict.ts'

const rows: readonly [string, { successThreshold?: number; failureThreshold?: number }, string, string][] = [
  ['one success is enough', {}, '+', 'success'],
  ['three failures are enough', {}, '---', 'failure'],
  ['two are not', {}, '--', 'unknown'],
  ['a success in between begins anew', {}, '--+--', 'success'],
  ['a threshold of one', { failureThreshold: 1 }, '+-', 'failure'],
  ['several successes can be asked for', { successThreshold: 2, failureThreshold: 1 }, '-+', 'failure'],
  ['and then count', { successThreshold: 2, failureThreshold: 1 }, '-++', 'success'],
]
for (const [rule, probe, outcomes, verdict] of rows)
  test(rule, () =>
    assert.equal([...outcomes].reduce((before, outcome) => tally(before, outcome === '+', probe as never), NO_OUTCOME).verdict, verdict),
  )
