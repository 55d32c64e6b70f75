/** When a node counts as short of something, and for how long. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRelieved, look, NO_PRESSURE, type Pressure } from './pressure.ts'
import type { Readings, Signal } from './signals.ts'
import type { Threshold } from './thresholds.ts'

const hard = (signal: Signal, amount: string, minReclaim?: string): Threshold => ({
  signal,
  amount,
  graceMs: 0,
  ...(minReclaim !== undefined && { minReclaim }),
})
const memory = (available: number): Readings => ({ 'memory.available': { available, capacity: 1000 } })
/** What is read, at which second. */
type Seen = readonly [second: number, readings: Readings]

interface Row {
  readonly thresholds: readonly Threshold[]
  readonly seen: readonly Seen[]
  readonly conditions: readonly string[]
  readonly starved: Signal | undefined
}
const rows: Readonly<Record<string, Row>> = {
  'enough is there': { thresholds: [hard('memory.available', '100')], seen: [[0, memory(100)]], conditions: [], starved: undefined },
  'a hard threshold counts at once': {
    thresholds: [hard('memory.available', '100')],
    seen: [[0, memory(99)]],
    conditions: ['MemoryPressure'],
    starved: 'memory.available',
  },
  'a part of the capacity': {
    thresholds: [hard('memory.available', '10%')],
    seen: [[0, memory(99)]],
    conditions: ['MemoryPressure'],
    starved: 'memory.available',
  },
  'a soft one is told at once, but no pod goes': {
    thresholds: [{ signal: 'memory.available', amount: '100', graceMs: 30_000 }],
    seen: [
      [0, memory(99)],
      [29, memory(99)],
    ],
    conditions: ['MemoryPressure'],
    starved: undefined,
  },
  'a soft one whose grace is over': {
    thresholds: [{ signal: 'memory.available', amount: '100', graceMs: 30_000 }],
    seen: [
      [0, memory(99)],
      [30, memory(99)],
    ],
    conditions: ['MemoryPressure'],
    starved: 'memory.available',
  },
  'the grace begins anew when there was enough meanwhile': {
    thresholds: [{ signal: 'memory.available', amount: '100', graceMs: 30_000 }],
    seen: [
      [0, memory(99)],
      [20, memory(100)],
      [30, memory(99)],
      [50, memory(99)],
    ],
    conditions: ['MemoryPressure'],
    starved: undefined,
  },
  'what is to be reclaimed keeps a threshold passed': {
    thresholds: [hard('memory.available', '100', '50')],
    seen: [
      [0, memory(99)],
      [10, memory(149)],
    ],
    conditions: ['MemoryPressure'],
    starved: 'memory.available',
  },
  'a threshold that was not passed does not ask for its reclaim': {
    thresholds: [hard('memory.available', '100', '50')],
    seen: [[0, memory(149)]],
    conditions: [],
    starved: undefined,
  },
  'a condition stays for the transition period': {
    thresholds: [hard('memory.available', '100')],
    seen: [
      [0, memory(99)],
      [299, memory(500)],
    ],
    conditions: ['MemoryPressure'],
    starved: undefined,
  },
  'and then goes': {
    thresholds: [hard('memory.available', '100')],
    seen: [
      [0, memory(99)],
      [300, memory(500)],
    ],
    conditions: [],
    starved: undefined,
  },
  'memory comes before all others': {
    thresholds: [hard('nodefs.available', '10%'), hard('pid.available', '100'), hard('memory.available', '100')],
    seen: [[0, { ...memory(1), 'nodefs.available': { available: 1, capacity: 100 }, 'pid.available': { available: 1, capacity: 32_768 } }]],
    conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure'],
    starved: 'memory.available',
  },
  'what cannot be read is not passed': {
    thresholds: [hard('nodefs.inodesFree', '5%')],
    seen: [[0, {}]],
    conditions: [],
    starved: undefined,
  },
}
for (const [rule, { thresholds, seen, conditions, starved }] of Object.entries(rows))
  test(rule, () => {
    const found = seen.reduce<Pressure>(
      (before, [second, readings]) => look(before, readings, { thresholds, transitionMs: 300_000, now: second * 1000 }),
      NO_PRESSURE,
    )
    assert.deepEqual(found.conditions, conditions)
    assert.equal(found.starved?.signal, starved)
  })

test('the node is relieved when all thresholds are kept with their reclaim', () => {
  const thresholds = [hard('memory.available', '100', '10%')]
  assert.equal(isRelieved(thresholds, memory(199)), false)
  assert.equal(isRelieved(thresholds, memory(200)), true)
})
