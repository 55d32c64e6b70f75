/** Whether and when a container that ended is started again. */
import type { Container } from '#kinds/core/container.ts'
import { isSidecar } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ObservedContainer } from './observed.ts'

/** Each crash doubles the pause, from 10 s to 5 min; ten minutes without one forgive. Reference: concepts, "Pod lifecycle", restart policy. */
export const CRASH_BACKOFF = { firstMs: 10_000, maxMs: 300_000 } as const
/** The same pauses lie between attempts to pull an image. */
export const PULL_BACKOFF = CRASH_BACKOFF

/** How long the present pause is, and when it was last made longer. */
export interface Pause {
  readonly ms: number
  readonly at: number
}
const isForgiven = ({ at }: Pause, since: number) => since - at > 2 * CRASH_BACKOFF.maxMs

interface Failure {
  readonly since: number
  readonly now: number
  /** Pauses become no longer than this. */
  readonly maxMs?: number
}
/** The pause after one more failure. */
export const longer = (before: Pause | undefined, { since, now, maxMs = CRASH_BACKOFF.maxMs }: Failure): Pause => ({
  ms: Math.min(maxMs, before && !isForgiven(before, since) ? before.ms * 2 : CRASH_BACKOFF.firstMs),
  at: now,
})
/** When the pause that began at `since` is over; undefined when there is none. */
export function endOfPause(pause: Pause | undefined, since: number, now: number): number | undefined {
  return pause && !isForgiven(pause, since) && !isToCome(since, now) ? since + pause.ms : undefined
}
/** What has happened lies in the future only when the clock was set back: nobody waits until it is there again. */
const isToCome = (at: number, now: number) => at > now + 1_000

/** A sandbox that is stopped kills its containers first, and is seen to be gone a moment later. */
const KILLED_SETTLES_MS = 500
const SIGKILL_EXIT_CODE = 137

/** When it is known whether a killed container's sandbox went with it; undefined for one that ended otherwise. */
export const whenSettled = ({ phase, exitCode, finishedAt }: ObservedContainer, now: number): number | undefined =>
  phase === 'exited' && exitCode === SIGKILL_EXIT_CODE && !isToCome(finishedAt, now) ? finishedAt + KILLED_SETTLES_MS : undefined

type Restarting = Pick<Container, 'name' | 'restartPolicy' | 'restartPolicyRules'>

/** The first of a container's rules that fits its exit code. */
export function ruleFor(
  { restartPolicyRules = [] }: Pick<Container, 'restartPolicyRules'>,
  { exitCode }: Pick<ObservedContainer, 'exitCode'>,
): NonNullable<Container['restartPolicyRules']>[number] | undefined {
  return restartPolicyRules.find(
    ({ exitCodes }) => exitCodes && (exitCodes.values?.includes(exitCode) ?? false) === (exitCodes.operator === 'In'),
  )
}

/** As `shouldRestart`; but one that was stopped only to begin anew does so, however it took that. */
export const startsAgain = (
  { pod, memory }: { readonly pod: Pod; readonly memory: { readonly anew?: ReadonlySet<string> } },
  container: Restarting,
  ended: Pick<ObservedContainer, 'id' | 'exitCode'>,
): boolean => (memory.anew?.has(ended.id) ?? false) || shouldRestart(pod, container, ended)

/** Whether a container that ended is to be started again. Its own rules and policy (KEP-5307) come before the pod's. */
export function shouldRestart(pod: Pod, container: Restarting, { exitCode }: Pick<ObservedContainer, 'exitCode'>): boolean {
  if (ruleFor(container, { exitCode })) return true
  const policy = container.restartPolicy ?? pod.spec.restartPolicy
  const isInit = pod.spec.initContainers?.some(({ name }) => name === container.name) ?? false
  // An init container that has done its work is not done again.
  if (isInit && !isSidecar(container) && exitCode === 0) return false
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
