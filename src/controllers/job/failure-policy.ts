/** What the failure of a pod means for its job, by the job's rules (KEP-3329). */
import type { Job } from '#kinds/batch/job.ts'
import type { PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule } from '#kinds/batch/pod-failure-policy.ts'
import type { Pod } from '#kinds/core/pod.ts'

export interface Meaning {
  /** Whether the failure counts against the limits. */
  readonly counts: boolean
  readonly action?: PodFailurePolicyRule['action']
  /** Why the job fails because of this pod, if it does. */
  readonly message?: string
}

/** The first rule that matches decides; without one, the failure counts. */
export function meaningOf(pod: Pod, { spec: { podFailurePolicy } }: Job): Meaning {
  for (const [at, { action, onExitCodes, onPodConditions }] of (podFailurePolicy?.rules ?? []).entries()) {
    const reason = onExitCodes ? exitReason(pod, onExitCodes) : conditionReason(pod, onPodConditions ?? [])
    if (!reason) continue
    if (action !== 'FailJob') return { counts: action !== 'Ignore', action }
    return { counts: true, action, message: `${reason} matching ${action} rule at index ${at}` }
  }
  return { counts: true }
}

function exitReason(
  { metadata, status }: Pod,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
): string | undefined {
  const isMeant = (code: number) => values.includes(code) === (operator === 'In')
  for (const { name, state } of [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]) {
    const code = state.terminated?.exitCode ?? 0
    if (code !== 0 && (containerName === undefined || containerName === name) && isMeant(code))
      return `Container ${name} for pod ${metadata.namespace}/${metadata.name} failed with exit code ${code}`
  }
  return undefined
}
function conditionReason({ metadata, status }: Pod, patterns: NonNullable<PodFailurePolicyRule['onPodConditions']>): string | undefined {
  const found = status.conditions?.find(({ type, status }) => patterns.some(pattern => pattern.type === type && pattern.status === status))
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`
}
