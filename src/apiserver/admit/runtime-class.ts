/** RuntimeClass: a pod costs what its runtime class says beyond its containers, and runs where that runtime is (KEP-688). */
import type { Pod } from '#kinds/core/pod.ts'
import type { Toleration } from '#kinds/core/taint.ts'
import { RuntimeClass } from '#kinds/node/runtime-class.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'
import { denied, is } from './denied.ts'

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"

export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  concerns: admission => is(admission, 'pods') && admission.operation === 'CREATE',
  async mutate(admission) {
    const { spec } = admission.draft as Draft<Pod>
    const found = await classOf(admission, spec.runtimeClassName)
    const overhead = found?.overhead?.podFixed
    if (overhead) {
      if (spec.overhead && !isEqual(spec.overhead, overhead)) throw denied(admission, MISMATCH)
      spec.overhead = { ...overhead }
    }
    if (found?.scheduling) place(admission, spec, found.scheduling)
  },
  async validate(admission) {
    const { spec } = admission.draft as Pod
    const overhead = (await classOf(admission, spec.runtimeClassName))?.overhead?.podFixed
    if (overhead && !isEqual(spec.overhead, overhead)) throw denied(admission, MISMATCH)
    if (!overhead && spec.overhead)
      throw denied(admission, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
  },
}

async function classOf(admission: Admission, name: string | undefined): Promise<RuntimeClass | undefined> {
  if (!name) return undefined
  const found = await admission.objects.get(RuntimeClass, { name })
  if (!found) throw denied(admission, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
  return found
}
function place(
  admission: Admission,
  spec: Draft<Pod>['spec'],
  { nodeSelector = {}, tolerations = [] }: NonNullable<RuntimeClass['scheduling']>,
): void {
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key]
    if (own !== undefined && own !== value)
      throw denied(admission, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`)
  }
  if (Object.keys(nodeSelector).length) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector }
  const present = spec.tolerations ?? []
  const added = tolerations.filter(one => !present.some(other => isEqual(other, one))) as Draft<Toleration>[]
  if (added.length) spec.tolerations = [...present, ...structuredClone(added)]
}
