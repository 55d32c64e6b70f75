/** How much of the node's disk a pod, its containers and its empty folders may hold. Pure. Reference: concepts, "Local ephemeral storage". */
import { limitsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { amountOf, quantityValue } from '#schema/quantity.ts'
import type { LocalUse } from './local-use.ts'

const STORAGE = 'ephemeral-storage'

/** Whether anything of the pod has such a limit. */
export const isLimited = ({ spec }: Pod): boolean =>
  (spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) || amountOf(limitsOf({ spec }), STORAGE) !== undefined

interface Disks {
  /** Whether what containers write lies on another disk than volumes and logs: then it is not held against the single container. */
  readonly isImageDiskDedicated: boolean
}
/** Why the pod is evicted: the first limit that it exceeds, in upstream's order and words. Undefined when it keeps to all. */
export function overuse({ spec }: Pod, { containers, volumes, kept }: LocalUse, { isImageDiskDedicated }: Disks): string | undefined {
  for (const { name, emptyDir } of spec.volumes ?? []) {
    const limit = emptyDir?.sizeLimit
    if (limit !== undefined && quantityValue(limit) > 0 && (volumes.get(name)?.bytes ?? 0) > quantityValue(limit))
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `
  }
  const ofPod = amountOf(limitsOf({ spec }), STORAGE)
  const total = containers.reduce((sum, { written }) => sum + written.bytes, kept.bytes)
  if (ofPod !== undefined && total > quantityValue(ofPod))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${ofPod}. `
  for (const { name, written, logs } of containers) {
    const limit = amountOf(spec.containers.find(container => container.name === name)?.resources?.limits, STORAGE)
    const used = logs.bytes + (isImageDiskDedicated ? 0 : written.bytes)
    if (limit !== undefined && quantityValue(limit) > 0 && used > quantityValue(limit))
      return `Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(limit)}. `
  }
  return undefined
}
