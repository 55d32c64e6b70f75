/** Whether a job is about to end, and why. Upstream: syncJob. */
import type { Job } from '#kinds/batch/job.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { conditionOf } from '#kinds/meta/conditions.ts'
import type { Census } from './census.ts'
import { isFailed, isIndexed } from './facts.ts'
import { meaningOf } from './failure-policy.ts'
import { successReason } from './success-policy.ts'

export interface Verdict {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget'
  readonly reason: string
  readonly message: string
}
const failure = (reason: string, message: string): Verdict => ({ type: 'FailureTarget', reason, message })

/**
 * The first that holds; a verdict that stands in the status is final.
 *
 * | seen | verdict |
 * |---|---|
 * | a failed pod that a rule of the policy says the job fails with | PodFailurePolicy |
 * | more failures than backoffLimit, or as many restarts | BackoffLimitExceeded |
 * | active for activeDeadlineSeconds | DeadlineExceeded |
 * | more failed indexes than maxFailedIndexes | MaxFailedIndexesExceeded |
 * | all indexes have ended, some in failure | FailedIndexes |
 * | a rule of the success policy is met | SuccessPolicy |
 */
export function verdictOf(
  job: Job,
  census: Census,
  { startTime, now }: { startTime: string | undefined; now: number },
): Verdict | undefined {
  const { spec, status } = job
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const known = conditionOf(status.conditions, type)
    if (known?.status === 'True') return { type, reason: known.reason ?? '', message: known.message ?? '' }
  }
  const message = spec.podFailurePolicy && failMessage(job, census.pods)
  if (message) return failure('PodFailurePolicy', message)
  if (census.failed > (spec.backoffLimit ?? 0) || restartsTooOften(job, census.pods))
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if (!spec.suspend && deadlineMs(job, startTime, now) === 0)
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline')
  if (!isIndexed(job)) return undefined
  const lost = census.failedIndexes?.size ?? 0
  if (spec.maxFailedIndexes !== undefined && lost > spec.maxFailedIndexes)
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  if (lost > 0 && lost + census.succeededIndexes.size >= (spec.completions ?? 0)) return failure('FailedIndexes', 'Job has failed indexes')
  const success = successReason(job, census.succeededIndexes)
  return success ? { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: success } : undefined
}
/** All that was asked for has succeeded and nothing runs any more. */
export const completion = ({ spec }: Job, { succeeded }: Census, active: number): Verdict | undefined =>
  active === 0 && (spec.completions === undefined ? succeeded > 0 : succeeded >= spec.completions)
    ? { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined

function failMessage(job: Job, pods: readonly Pod[]): string | undefined {
  for (const pod of pods)
    if (isFailed(pod, job)) {
      const { message } = meaningOf(pod, job)
      if (message) return message
    }
  return undefined
}
/** Where containers are restarted in place, their restarts count instead of failed pods. */
function restartsTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false
  const running = pods.filter(({ status }) => status.phase === 'Running' || status.phase === 'Pending')
  const statuses = running.flatMap(({ status }) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0)
  return spec.backoffLimit ? restarts >= spec.backoffLimit : restarts > 0
}
/** Milliseconds until activeDeadlineSeconds are over; 0 when they are, undefined when there is no such limit. */
export function deadlineMs({ spec }: Job, startTime: string | undefined, now: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || !startTime || spec.suspend) return undefined
  return Math.max(0, Date.parse(startTime) + spec.activeDeadlineSeconds * 1000 - now)
}
