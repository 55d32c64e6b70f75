/** Of what the node is short, given what is measured and what is remembered. Pure. Upstream: eviction_manager.go, synchronize. */
import { type PressureType, type Readings, SIGNALS } from './signals.ts'
import { type EvictionSettings, isPassed, type Threshold } from './thresholds.ts'

/** What one look leaves to the next. */
export interface PressureMemory {
  /** When each threshold that is passed was first found so. */
  readonly since: ReadonlyMap<Threshold, number>
  /** Passed for longer than their grace, and not yet resolved. */
  readonly met: readonly Threshold[]
  /** When each condition was last found. */
  readonly seenAt: ReadonlyMap<PressureType, number>
}
export interface Pressure extends PressureMemory {
  /** What the Node object says. */
  readonly conditions: readonly PressureType[]
  /** What pods are evicted for now; memory comes before all others. */
  readonly starved: Threshold | undefined
}
export const NO_PRESSURE: Pressure = { since: new Map(), met: [], seenAt: new Map(), conditions: [], starved: undefined }

export interface Look extends Pick<EvictionSettings, 'thresholds' | 'transitionMs'> {
  /** Milliseconds since the epoch. */
  readonly now: number
}

export function look(before: PressureMemory, readings: Readings, { thresholds, transitionMs, now }: Look): Pressure {
  const unresolved = before.met.filter(threshold => isPassedNow(threshold, readings, true))
  const passed = [...new Set([...thresholds.filter(threshold => isPassedNow(threshold, readings)), ...unresolved])]
  const since = new Map(passed.map(threshold => [threshold, before.since.get(threshold) ?? now]))
  const seenAt = new Map([...before.seenAt, ...passed.map(({ signal }) => [SIGNALS[signal].condition, now] as const)])
  const met = passed.filter(threshold => now - (since.get(threshold) ?? now) >= threshold.graceMs)
  return {
    since,
    met,
    seenAt,
    // What is found now holds whatever the period is.
    conditions: CONDITIONS.filter(type => {
      const at = seenAt.get(type)
      return at !== undefined && (at === now || now - at < transitionMs)
    }),
    starved: met.find(({ signal }) => SIGNALS[signal].resource === 'memory') ?? met[0],
  }
}
const CONDITIONS: readonly PressureType[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure']

/** Whether all thresholds are kept, with what is to be reclaimed on top: then no pod need go. */
export const isRelieved = (thresholds: readonly Threshold[], readings: Readings): boolean =>
  !thresholds.some(threshold => isPassedNow(threshold, readings, true))

function isPassedNow(threshold: Threshold, readings: Readings, isStrict = false): boolean {
  const reading = readings[threshold.signal]
  return reading !== undefined && isPassed(threshold, reading, isStrict)
}
