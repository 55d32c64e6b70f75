/** Which container's log is meant, and why there is none. Pure. Upstream: kubelet_pods.go, validateContainerLogStatus. */
import type { Pod } from '#kinds/core/pod.ts'
import { latest, type ObservedContainer, type ObservedPod, previous } from '../pods/observed.ts'

/** What was asked for is not there; the text is for people. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable'
}

/** Throws NotAvailable. */
export function logContainer(
  pod: Pod,
  observed: ObservedPod,
  { container, wantsPrevious }: { container: string; wantsPrevious: boolean },
): ObservedContainer {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status
  const status = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container)
  const podName = pod.metadata.name
  const newest = latest(observed, container)
  if (wantsPrevious) {
    // While a container waits for its next start, the one that ended last is the present one.
    const before =
      newest && status?.state.waiting && status.lastState.terminated && newest.phase === 'exited' ? newest : previous(observed, container)
    if (!before)
      throw new NotAvailable(`previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(podName)} not found`)
    return before
  }
  if (newest && newest.phase !== 'created') return newest
  // Between two runs the one that ended last is still the one to be read.
  const ended = status?.lastState.terminated && previous(observed, container)
  if (ended) return ended
  const reason = status?.state.waiting?.reason
  const where = `container ${JSON.stringify(container)} in pod ${JSON.stringify(podName)} is waiting to start`
  if (reason === 'ErrImagePull') throw new NotAvailable(`${where}: image can't be pulled`)
  if (reason === 'ImagePullBackOff') throw new NotAvailable(`${where}: trying and failing to pull image`)
  throw new NotAvailable(`${where}: ${reason ?? 'no logs yet'}`)
}
