/** The control groups above those of the pods: all pods together leave the machine what is reserved for it, and each class of pods weighs what its pods ask for. */
import type { EventRecorder } from '#client/events.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { qosClass } from '#kinds/core/pod/quality-of-service.ts'
import { requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { milliValue } from '#schema/quantity.ts'
import { applyGroup, type GroupLimits, groupValues } from './cgroup.ts'

export interface PodGroupsOptions {
  /** `/knarr/<cluster>/kubepods` */
  readonly root: string
  readonly version: 1 | 2
  /** What all pods together may use; undefined when that is not enforced. */
  readonly limits: GroupLimits | undefined
}

export class PodGroups {
  readonly #options: PodGroupsOptions
  #weights = ''
  #writing: Promise<void> = Promise.resolve()

  constructor(options: PodGroupsOptions) {
    this.#options = options
  }

  get root(): string {
    return this.#options.root
  }
  get isLimited(): boolean {
    return this.#options.limits !== undefined
  }
  /** Throws what the kernel refuses: less memory, say, than is in use. */
  async enforce(): Promise<void> {
    const { root, version, limits } = this.#options
    if (limits) await applyGroup(root, groupValues(limits, version), version)
  }
  /** Resolves when each class weighs what its pods, of all pods given, ask for. */
  weigh(pods: readonly Pod[]): Promise<void> {
    const { root, version } = this.#options
    const classes = classLimits(pods)
    const weights = JSON.stringify(classes)
    if (weights === this.#weights) return this.#writing
    this.#weights = weights
    // One after the other, so that the newest weights are written last.
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        for (const [name, limits] of Object.entries(classes)) await applyGroup(`${root}/${name}`, groupValues(limits, version), version)
      })
    return this.#writing
  }
}

/** Keeps all pods together to their limits, and says so of the node. Throws what the kernel refuses. */
export async function enforceAllocatable({ groups, recorder, nodeName: name }: Told): Promise<void> {
  if (!groups.isLimited) return
  const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: name } }
  try {
    await groups.enforce()
  } catch (error) {
    const message = `Failed to update Node Allocatable Limits ${JSON.stringify(groups.root)}: ${(error as Error).message}`
    recorder.record({ about, type: 'Warning', reason: 'FailedNodeAllocatableEnforcement', message })
    throw error
  }
  recorder.record({ about, type: 'Normal', reason: 'NodeAllocatableEnforced', message: 'Updated Node Allocatable limit across pods' })
}
interface Told {
  readonly groups: PodGroups
  readonly recorder: EventRecorder
  readonly nodeName: string
}

/** Pods of class Guaranteed stand beside these groups, each with its own weight. Upstream: qos_container_manager_linux.go. */
export function classLimits(pods: readonly Pod[]): Readonly<Record<'burstable' | 'besteffort', GroupLimits>> {
  const burstable = pods.filter(pod => !isTerminal(pod) && qosClass(pod.spec) === 'Burstable')
  const milliCpu = burstable.reduce((sum, pod) => sum + milliValue(requestsOf(pod).cpu ?? '0'), 0)
  return { burstable: { milliCpu }, besteffort: { milliCpu: 0 } }
}
