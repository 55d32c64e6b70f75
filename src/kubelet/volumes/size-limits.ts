/** How large empty folders in memory are. Pure. Reference: concepts, "Volumes", emptyDir. */
import type { Pod } from '#kinds/core/pod.ts'
import { limitsOf } from '#kinds/core/pod/resources.ts'
import type { EmptyDirVolumeSource } from '#kinds/core/volume-sources.ts'
import { quantityValue } from '#schema/quantity.ts'

/** The size of a file system in memory: what it may hold, what the pod may use, what the node has; the least of them. */
export function memorySizeBytes({ sizeLimit }: EmptyDirVolumeSource, pod: Pod, allocatable: Readonly<Record<string, string>>): number {
  const bounds = [sizeLimit, limitsOf(pod)['memory'], allocatable['memory']].map((text = '0') => quantityValue(text))
  return Math.min(...bounds.filter(bytes => bytes > 0))
}
