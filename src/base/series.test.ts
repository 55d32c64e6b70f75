/** What is counted, as the text says it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Count, counterText, Distribution, histogramText } from './series.ts'

test('counts are told with their labels, whose values are escaped', () => {
  const [one, other] = [new Count(), new Count()]
  one.value = 3
  const told = counterText({ name: 'asked_total', help: 'What was asked.' }, 'counter', [
    [{ verb: 'GET', resource: 'a "b"\\\n' }, one],
    [{}, other],
  ])
  assert.equal(
    told,
    '# HELP asked_total What was asked.\n# TYPE asked_total counter\nasked_total{verb="GET",resource="a \\"b\\"\\\\\\n"} 3\nasked_total 0\n',
  )
})
test('a bucket counts all values up to its bound, the bound included; the last one counts all', () => {
  const distribution = new Distribution([1, 2])
  for (const value of [0.5, 1, 2, 4]) distribution.observe(value)
  const told = histogramText({ name: 'took_seconds', help: 'How long.' }, [[{ verb: 'GET' }, distribution]])
  assert.deepEqual(told.split('\n').slice(2), [
    'took_seconds_bucket{verb="GET",le="1"} 2',
    'took_seconds_bucket{verb="GET",le="2"} 3',
    'took_seconds_bucket{verb="GET",le="+Inf"} 4',
    'took_seconds_sum{verb="GET"} 7.5',
    'took_seconds_count{verb="GET"} 4',
    '',
  ])
})
