/** Whether an indexed job has succeeded before all of its indexes have (KEP-3998). */
import type { Job } from '#kinds/batch/job.ts'
import { type Indexes, parseIndexes } from './indexes.ts'

/** Which rule is met, in upstream's words; undefined when none is. */
export function successReason({ spec: { successPolicy, completions = 0 } }: Job, succeeded: Indexes): string | undefined {
  const met = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount
    const wanted = parseIndexes(succeededIndexes, completions)
    // Who names no index has none that could succeed.
    return wanted.size > 0 && [...wanted].filter(index => succeeded.has(index)).length >= (succeededCount ?? wanted.size)
  })
  return met < 0 || completions === 0 ? undefined : `Matched rules at index ${met}`
}
