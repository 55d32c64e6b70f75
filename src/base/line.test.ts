/** Rules of waiting in line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Line } from './line.ts'

const rows: readonly [rule: string, comers: readonly (readonly [key: string, urgency?: number])[], turns: readonly string[]][] = [
  ['whoever came first', [['a'], ['b'], ['c']], ['a', 'b', 'c']],
  ['the most urgent before all others', [['a'], ['b', 5], ['c', -1], ['d', 5]], ['b', 'd', 'a', 'c']],
  ['who comes again keeps the place', [['a'], ['b'], ['a']], ['a', 'b']],
  ['who has become urgent does not', [['a'], ['b'], ['b', 1]], ['b', 'a']],
]
for (const [rule, comers, turns] of rows)
  test(rule, () => {
    const line = new Line()
    for (const [key, urgency] of comers) line.add(key, urgency)
    assert.equal(line.size, turns.length)
    assert.deepEqual(
      turns.map(() => line.take()),
      turns,
    )
    assert.equal(line.take(), undefined)
  })
