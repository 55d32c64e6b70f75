/** Gives a running pod and its containers the sizes that they have been granted, step by step as planned. */
import type { Pod } from '#kinds/core/pod.ts'
import { containerLimits } from '../runtime/quality.ts'
import { podCgroup } from '../runtime/sandbox-config.ts'
import { applyGroup, podCgroupValues, readGroup } from './cgroup.ts'
import { usageOf } from './cgroup-use.ts'
import { cgroupKind, type PodContext } from './context.ts'
import { latest, type ObservedPod, readySandbox } from './observed.ts'
import { type Change, resizePlan, shrinkingMemory } from './resize-plan.ts'
import { type Applied, appliedTo, effective, isApplied, sized } from './resize.ts'

/** A size that cannot be given now. */
export class RefusedSize extends Error {
  override readonly name = 'RefusedSize'
}
export interface Resizing {
  readonly context: PodContext
  readonly applied: (containerId: string) => Applied | undefined
  /** Told what a container has been given. */
  readonly gave: (containerId: string, applied: Applied) => void
}

/** Throws GrpcError when the runtime refuses, RefusedSize when the kernel does or more memory is in use. */
export async function resizeRunning(pod: Pod, observed: ObservedPod, { context, applied: appliedNow, gave }: Resizing): Promise<void> {
  const { node, groups, runtime } = context
  const kind = cgroupKind(context)
  const path = podCgroup(pod, node.cgroupRoot)
  const next = podCgroupValues(pod, kind)
  const now = await readGroup(path, Object.keys(next), kind.version)
  const changes = changesIn(pod, observed, appliedNow)
  await refuseTooLittle(pod, shrinkingMemory(now, next, changes), { context, path })
  await groups.weigh(context.pods())
  for (const step of resizePlan(now, next, changes)) {
    if (step.do === 'group') {
      await applyGroup(path, step.files, kind.version).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EINVAL' && cause.code !== 'EBUSY') throw cause
        throw new RefusedSize(`failed to set ${Object.keys(step.files).join(', ')} of the pod's cgroup: ${cause.code}`, { cause })
      })
      continue
    }
    const { change, applied } = step
    const linux = containerLimits(pod, { ...change.container, resources: effective(applied) }, node)
    await runtime.updateContainerResources({ containerId: change.id, linux, annotations: {} })
    gave(change.id, applied)
  }
}

function changesIn(pod: Pod, observed: ObservedPod, applied: Resizing['applied']): readonly Change[] {
  const sandboxId = readySandbox(observed)?.id
  return sized(pod).flatMap(container => {
    const running = latest(observed, container.name, sandboxId)
    const before = running?.phase === 'running' ? applied(running.id) : undefined
    if (!running || !before || isApplied(pod, container, before)) return []
    return [{ container, id: running.id, from: before, to: appliedTo(pod, container) }]
  })
}

/** Less memory than is in use would kill what runs. */
async function refuseTooLittle(
  { metadata: { uid } }: Pod,
  { pod, containers }: ReturnType<typeof shrinkingMemory>,
  { context, path }: { readonly context: PodContext; readonly path: string },
): Promise<void> {
  const errors: string[] = []
  const used = pod === undefined ? undefined : usageOf(path)
  if (pod !== undefined && used === undefined) errors.push('missing pod memory usage')
  else if (pod !== undefined && (used as number) >= pod)
    errors.push(`attempting to set pod memory limit (${pod}) below current usage (${used})`)
  const usages = containers.length ? await context.usage.containers(context) : []
  for (const { name, limit } of containers) {
    const bytes = usages.find(one => one.podUid === uid && one.name === name)?.usageBytes
    if (bytes !== undefined && bytes >= limit)
      errors.push(`attempting to set container ${JSON.stringify(name)} memory limit (${limit}) below current usage (${bytes})`)
  }
  if (errors.length) throw new RefusedSize(`cannot decrease memory limits: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}`)
}
