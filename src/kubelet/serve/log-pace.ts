/** How soon logs are looked at again: a container that writes much fills a disk within seconds. Pure. */

export interface LogGrowth {
  readonly bytes: number
  /** Since the look before, `inMs` milliseconds ago, or since the container was started. */
  readonly grownBytes: number
  readonly inMs: number
}
/** Upstream: containerLogMonitorInterval. Nobody is looked at less often … */
const SELDOM_MS = 10_000
/** … nor more often, as each look costs a question to the file system per container. */
const OFTEN_MS = 1_000

/** Until the first of the logs has as much as it may at the pace at which it has grown. A log that has just been set aside begins anew. */
export function logPaceMs(logs: readonly LogGrowth[], bytesMax: number): number {
  const times = logs.map(({ bytes, grownBytes, inMs }) =>
    grownBytes > 0 && inMs > 0 ? (Math.max(0, bytesMax - (bytes >= bytesMax ? 0 : bytes)) * inMs) / grownBytes : SELDOM_MS,
  )
  return Math.max(OFTEN_MS, Math.min(SELDOM_MS, ...times))
}
