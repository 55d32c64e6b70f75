/** Growing delays between attempts, per key. */

export interface BackoffLimits {
  readonly firstMs: number
  readonly maxMs: number
}
/** client-go's default for controllers: 5 ms, doubled each time, at most 1000 s. */
export const CONTROLLER_BACKOFF: BackoffLimits = { firstMs: 5, maxMs: 1_000_000 }

/** The delay before the attempt that follows `failures` failures in a row. */
export const backoffMs = (failures: number, { firstMs, maxMs }: BackoffLimits): number =>
  Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30))
