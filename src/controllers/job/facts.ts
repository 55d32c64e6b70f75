/** What can be said of a job and its pods by looking at them. Upstream: pkg/controller/job. */
import type { Job } from '#kinds/batch/job.ts'
import { isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isConditionTrue } from '#kinds/meta/conditions.ts'

/** Keeps a pod until its outcome is in the job's status (KEP-2307). */
export const TRACKING = 'batch.kubernetes.io/job-tracking'
/** Annotation and label. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index'
/** How often the index has failed before this pod, without and with failures that the policy ignores (KEP-3850). */
export const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
export const IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count'
/** The value of managedBy that means this controller (KEP-4368). */
const BUILT_IN = 'kubernetes.io/job-controller'

export const isFinished = ({ status }: Job): boolean =>
  isConditionTrue(status.conditions, 'Complete') || isConditionTrue(status.conditions, 'Failed')
export const isManagedHere = ({ spec }: Job): boolean => spec.managedBy === undefined || spec.managedBy === BUILT_IN
export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed'
export const countsPerIndex = ({ spec }: Job): boolean => spec.backoffLimitPerIndex !== undefined
/** KEP-3939: a pod that terminates is not replaced before it has ended. */
export const replacesOnlyFailed = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed'

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false
/** Terminating pods count as failed where they are replaced at once: they may never get to say how they ended. */
export const isFailed = (pod: Pod, job: Job): boolean =>
  pod.status.phase === 'Failed' || (!replacesOnlyFailed(job) && isTerminating(pod) && pod.status.phase !== 'Succeeded')
export const isSucceeded = ({ status }: Pod): boolean => status.phase === 'Succeeded'
/** Whether the pod is going and has not ended yet. */
export const isGoing = (pod: Pod): boolean => isTerminating(pod) && !isTerminal(pod)

/** Undefined when the pod carries none that the job has. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX]
  const index = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
  return index !== undefined && index < (spec.completions ?? 0) ? index : undefined
}
/** Whether the pod's outcome concerns the job at all. */
export const isValid = (pod: Pod, job: Job): boolean => !isIndexed(job) || indexOf(pod, job) !== undefined

export function countIn({ metadata }: Pod, annotation: string): number {
  const text = metadata.annotations?.[annotation]
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : 0
}
