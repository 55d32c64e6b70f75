/** What the containers of a pod have been granted, and what has been applied to those that run. */
import { isGrpcError } from '#base/grpc/client.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'
import { containerLimits } from '../runtime/quality.ts'
import { podCgroup } from '../runtime/sandbox-config.ts'
import { applyPodCgroup } from './cgroup.ts'
import { cgroupKind, type PodContext, recordOf } from './context.ts'
import type { ObservedContainer } from './observed.ts'
import { asGranted, type Grants, grantsOf, isGranted, type Pending, pendingOf } from './resize.ts'

export class PodResources {
  readonly #context: PodContext
  readonly #applied = new Map<string, ResourceRequirements>()
  #grants: Grants
  #pending: Pending | undefined

  /** The API remembers what was granted before this process began. */
  constructor(pod: Pod, context: PodContext) {
    this.#context = context
    const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
    const known = statuses.filter(({ resources, containerID }) => resources && containerID)
    for (const { containerID, resources } of known) this.#applied.set((containerID as string).replace(/^.*:\/\//, ''), resources ?? {})
    this.#grants = new Map([...grantsOf(pod), ...known.map(({ name, resources }) => [name, resources ?? {}] as const)])
  }

  get pending(): Pending | undefined {
    return this.#pending
  }
  /** What has been applied to a container, by id; undefined when it was made with what it has now. */
  applied(containerId: string): ResourceRequirements | undefined {
    return this.#applied.get(containerId)
  }
  /** Grants what the pod asks for, if the node has it, and gives the pod as it is to run. */
  grant(pod: Pod): Pod {
    if (!isGranted(pod, this.#grants)) {
      const others = this.#context.pods().filter(({ metadata }) => metadata.uid !== pod.metadata.uid)
      this.#pending = pendingOf(pod, { allocatable: this.#context.node.allocatable, others })
      if (!this.#pending) this.#grants = grantsOf(pod)
    } else this.#pending = undefined
    return asGranted(pod, this.#grants)
  }
  /** Remembers with what a container was made. */
  made(containerId: string, { resources }: Container): void {
    this.#applied.set(containerId, resources ?? {})
  }
  /** Changes a running container. Throws GrpcError when the runtime refuses. */
  async apply(pod: Pod, container: Container, { id }: ObservedContainer): Promise<void> {
    const { runtime, node } = this.#context
    const kind = cgroupKind(this.#context)
    await this.#context.groups.weigh(this.#context.pods())
    const path = podCgroup(pod, node.cgroupRoot)
    // Parents first where there is more, children first where there is less: the kernel refuses a parent that is smaller than its child.
    await applyPodCgroup(pod, path, kind).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL' && error.code !== 'EBUSY') throw error
    })
    await runtime
      .updateContainerResources({ containerId: id, linux: containerLimits(pod, container, node), annotations: {} })
      .catch((error: unknown) => {
        if (isGrpcError(error)) recordOf(this.#context, pod)('Warning', 'ResizeError', `Error: ${error.message}`, container.name)
        throw error
      })
    await applyPodCgroup(pod, path, kind)
    this.made(id, container)
  }
}
