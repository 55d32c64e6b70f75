/** All that decisions about a pod are made from: the pod, what is observed, what is remembered, and the time. */
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ObservedContainer, ObservedPod } from './observed.ts'
import type { Applied, Grants } from './resize.ts'
import type { Pause } from './restart.ts'

/** What probes found out about a running container. */
export interface Health {
  readonly isStarted: boolean
  readonly isReady: boolean
  /** Set when a liveness or startup probe has failed often enough. */
  readonly verdict?: { readonly message: string; readonly graceSeconds?: number }
}
/** Why a container could not be started. */
export interface Trouble {
  readonly reason: string
  readonly message: string
  readonly retryAt: number
  /** Not told any more from then on: what became of the attempt tells more. */
  readonly until?: number
  /** What is shown from some moment on while it waits: ErrImagePull becomes ImagePullBackOff. */
  readonly later?: { readonly at: number; readonly reason: string; readonly message: string }
}
/** Why a pod ends, beyond that its containers are done. */
export interface Ending {
  /** Seconds that containers have to stop. */
  readonly graceSeconds: number
  /** Shown in the status, with phase Failed: DeadlineExceeded, Evicted. */
  readonly verdict?: { readonly reason: string; readonly message: string }
  /** Whether the node needs back what the pod uses: told as condition DisruptionTarget. */
  readonly isDisruption?: true
  /** Whether the node has not taken the pod in the first place. */
  readonly isRejection?: true
}
export interface Memory {
  /** Set once; a pod that ends never comes back. */
  readonly ending?: Ending
  readonly areVolumesMounted: boolean
  /** Sandboxes that have let go of their network, as one does that is stopped; one that died, or went with the machine, has not. */
  readonly stoppedSandboxes: ReadonlySet<string>
  /** Not before this time is a sandbox tried again. */
  readonly sandboxRetryAt: number
  /** Not before this time are volumes tried again. */
  readonly mountRetryAt: number
  /** By container name. */
  readonly troubles: ReadonlyMap<string, Trouble>
  readonly crashes: ReadonlyMap<string, Pause>
  readonly health: (containerId: string) => Health
  /** What a container has been given; undefined when that is not known. */
  readonly applied?: (containerId: string) => Applied | undefined
  /** With what the pod's control group was last written, and whether that is what it is to have. */
  readonly group?: Grants | undefined
  readonly isGroupSized?: boolean
  /** Not before this time is another size tried again. */
  readonly resizeRetryAt?: number
  /** Set from the exit that restarts the whole pod until nothing is left of its containers. */
  readonly isRestartingAll?: boolean
  /** The containers that were removed so that the pod begins again, and have not yet done so, by name. */
  readonly reset?: ReadonlyMap<string, ObservedContainer>
  /** The containers that took the place of such ones, by id. */
  readonly begunAnew?: ReadonlySet<string>
  /** Containers that were stopped only to begin anew, by id. */
  readonly anew?: ReadonlySet<string>
  /** Containers whose postStart hook has not ended; they count as not started. */
  readonly isStarting: (containerId: string) => boolean
}
export interface Sight {
  readonly pod: Pod
  readonly observed: ObservedPod
  readonly memory: Memory
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Ephemeral containers are containers without some fields. */
export const ephemeralContainers = ({ spec }: Pod): readonly (Container & { readonly targetContainerName?: string })[] =>
  spec.ephemeralContainers ?? []
export const allContainers = (pod: Pod): readonly Container[] => [
  ...(pod.spec.initContainers ?? []),
  ...pod.spec.containers,
  ...ephemeralContainers(pod),
]
/** As the kubelet calls a pod in messages. */
export const podTitle = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`

/** Seconds that the pod's containers have to stop. */
export const graceOf = ({ metadata, spec }: Pod): number => metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
