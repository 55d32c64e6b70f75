/** How single outcomes of a probe become a verdict. Pure: thresholds and counts. */
import type { Probe } from '#kinds/core/probe.ts'

export interface Tally {
  readonly verdict: 'unknown' | 'success' | 'failure'
  /** How often the last outcome came in a row. */
  readonly inARow: number
  readonly last: boolean | undefined
}
export const NO_OUTCOME: Tally = { verdict: 'unknown', inARow: 0, last: undefined }

/** The verdict changes when an outcome has come as often in a row as its threshold says. */
export function tally(
  { verdict, inARow, last }: Tally,
  isSuccess: boolean,
  probe: Pick<Probe, 'successThreshold' | 'failureThreshold'>,
): Tally {
  const count = isSuccess === last ? inARow + 1 : 1
  const threshold = isSuccess ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
  return { verdict: count >= threshold ? (isSuccess ? 'success' : 'failure') : verdict, inARow: count, last: isSuccess }
}
