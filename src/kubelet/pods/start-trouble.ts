/** What is remembered of a container that could not be started. Pure. */
import { ImageTrouble } from '../images/puller.ts'
import type { Trouble } from './sight.ts'
import { StartTrouble } from './start-container.ts'

/** ErrImagePull is seen for a moment before it becomes ImagePullBackOff, RunContainerError before CrashLoopBackOff. */
const TROUBLE_SEEN_MS = 1_500

/** `isMade`: whether there is a container, which tells more later. Undefined for what is no trouble of the container's. */
export function troubleOf(error: unknown, { now, isMade }: { readonly now: number; readonly isMade: boolean }): Trouble | undefined {
  if (error instanceof ImageTrouble) {
    const later = error.later && { ...error.later, at: now + TROUBLE_SEEN_MS }
    return { reason: error.reason, message: error.message, retryAt: error.retryAt, ...(later && { later }) }
  }
  if (!(error instanceof StartTrouble)) return undefined
  const until = isMade ? { until: now + TROUBLE_SEEN_MS } : {}
  return { reason: error.reason, message: error.message, retryAt: now + error.retryInMs, ...until }
}
