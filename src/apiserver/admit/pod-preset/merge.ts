/** What becomes of a pod with presets: everything of all of them, or nothing when something is in the way. Upstream: podpreset/admission.go of 1.19. */
import type { Container } from '#kinds/core/container.ts'
import type { PodSpec } from '#kinds/core/pod-spec.ts'
import type { PodPreset } from '#kinds/settings/pod-preset.ts'
import { isEqual } from '#schema/json-value.ts'

/** Two want different things under one name. */
export class PresetConflict extends Error {
  override readonly name = 'PresetConflict'
}
type Holder = Pick<Container, 'env' | 'envFrom' | 'volumeMounts'>

/** What a pod's spec gets. Throws PresetConflict, which names what is in the way. */
export function withPresets(spec: PodSpec, presets: readonly PodPreset[]): PodSpec {
  const containers = <T extends Holder>(all: readonly T[]): readonly T[] => all.map(one => withHeld(one, presets))
  const volumes = presets.reduce(
    (list, preset) => joined(list, preset.spec.volumes, { preset, what: 'volumes', keys: ['name'] }),
    spec.volumes ?? [],
  )
  return {
    ...spec,
    containers: containers(spec.containers),
    ...(spec.initContainers && { initContainers: containers(spec.initContainers) }),
    ...(volumes.length && { volumes }),
  }
}
function withHeld<T extends Holder>(container: T, presets: readonly PodPreset[]): T {
  let { env = [], volumeMounts = [] } = container
  for (const preset of presets) {
    env = joined(env, preset.spec.env, { preset, what: 'env', keys: ['name'] })
    volumeMounts = joined(volumeMounts, preset.spec.volumeMounts, { preset, what: 'volume mounts', keys: ['name', 'mountPath'] })
  }
  const envFrom = [...(container.envFrom ?? []), ...presets.flatMap(({ spec }) => spec.envFrom ?? [])]
  return {
    ...container,
    ...(env.length && { env }),
    ...(envFrom.length && { envFrom }),
    ...(volumeMounts.length && { volumeMounts }),
  }
}

interface Joining<T> {
  readonly preset: PodPreset
  readonly what: string
  /** Under none of these two different things may stand. */
  readonly keys: readonly (keyof T & string)[]
}
function joined<T extends object>(present: readonly T[], added: readonly T[] = [], { preset, what, keys }: Joining<T>): readonly T[] {
  const list = [...present]
  for (const one of added) {
    if (list.some(other => isEqual(other, one))) continue
    const key = keys.find(key => list.some(other => other[key] === one[key]))
    if (key) throw new PresetConflict(`merging ${what} for ${preset.metadata.name} has a conflict on ${String(one[key])}`)
    list.push(one)
  }
  return list
}
