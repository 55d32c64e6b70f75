/** How much empty folders may hold. Pure. Reference: concepts, "Volumes", emptyDir; upstream's eviction of local storage. */
import type { Pod } from '#kinds/core/pod.ts'
import { limitsOf } from '#kinds/core/pod/resources.ts'
import type { EmptyDirVolumeSource } from '#kinds/core/volume-sources.ts'
import { quantityValue } from '#schema/quantity.ts'

/** Why a pod is evicted, given what its volumes hold now; undefined when all are within their limits. */
export function overflow({ spec }: Pod, usedBytes: ReadonlyMap<string, number>): string | undefined {
  for (const { name, emptyDir } of spec.volumes ?? []) {
    const limit = emptyDir?.sizeLimit
    if (limit === undefined || quantityValue(limit) <= 0 || (usedBytes.get(name) ?? 0) <= quantityValue(limit)) continue
    return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `
  }
  return undefined
}

/** The size of a file system in memory: what it may hold, what the pod may use, what the node has; the least of them. */
export function memorySizeBytes({ sizeLimit }: EmptyDirVolumeSource, pod: Pod, allocatable: Readonly<Record<string, string>>): number {
  const bounds = [sizeLimit, limitsOf(pod)['memory'], allocatable['memory']].map((text = '0') => quantityValue(text))
  return Math.min(...bounds.filter(bytes => bytes > 0))
}

/** The volumes whose content is to be measured. */
export const limitedVolumes = ({ spec }: Pod): readonly string[] =>
  (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir?.sizeLimit !== undefined).map(({ name }) => name)
