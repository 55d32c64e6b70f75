/** Where the pods of a node come from, and who is told how they fare. */
import type { Change } from '#client/mirror.ts'
import type { Pod } from '#kinds/core/pod.ts'

export interface PodSource {
  /** Whether all pods that the source has now have been told. */
  readonly isReady: boolean
  readonly ready: Promise<void>
  /** Calls back on each change; pods that are already here are told at once as new. */
  onChange(listener: (change: Change<Pod>) => void): Disposable
  /** The object in the API that shows the pod; undefined while there is none. */
  shown(pod: Pod): Pod | undefined
  /** Nothing of a pod that had to go runs any more: the source lets it go. Throws Refusal. */
  ended(pod: Pod): Promise<void>
}
