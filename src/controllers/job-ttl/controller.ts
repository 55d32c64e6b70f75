/** Deletes finished jobs when their time to live is over (KEP-592). */
import type { Decider, Plan, Sight } from '#client/plan.ts'
import { Job } from '#kinds/batch/job.ts'

export const jobTtlController: Decider<Job> = { name: 'ttl-after-finished-controller', decides: Job, decide }

/**
 * | seen | decided |
 * |---|---|
 * | it is not finished, has no time to live, or is being deleted | nothing |
 * | finished for ttlSecondsAfterFinished | it is deleted, its pods before it |
 * | finished more recently | look again when it is due |
 */
export function decide({ object: job, now }: Sight<Job>): Plan<Job> {
  const { ttlSecondsAfterFinished } = job.spec
  const end = job.status.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
  if (!end?.lastTransitionTime || ttlSecondsAfterFinished === undefined || job.metadata.deletionTimestamp) return {}
  const lookAgainMs = Date.parse(end.lastTransitionTime) + ttlSecondsAfterFinished * 1000 - now
  if (lookAgainMs > 0) return { lookAgainMs }
  return { delete: [{ kind: Job, object: job, options: { propagationPolicy: 'Foreground' } }] }
}
