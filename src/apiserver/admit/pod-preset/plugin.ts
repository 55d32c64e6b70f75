/** PodPreset: new pods get what the presets of their namespace have for them. */
import type { Pod } from '#kinds/core/pod.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { PodPreset } from '#kinds/settings/pod-preset.ts'
import { clone } from '#schema/json-value.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Admission, AdmissionPlugin, Settlement } from '../admission.ts'
import { is } from '../denied.ts'
import { PresetConflict, withPresets } from './merge.ts'

const PREFIX = 'podpreset.admission.kubernetes.io'
const EXCLUDE = `${PREFIX}/exclude`
const MIRROR = 'kubernetes.io/config.mirror'

/** Says something about an object that has just been stored, as an event. */
export type Tell = (about: Pod, note: { readonly type: 'Warning'; readonly reason: string; readonly message: string }) => void

export function podPreset(tell: Tell = () => undefined): AdmissionPlugin {
  /** Pods that presets could not agree on, until it is known whether they are stored. */
  const complaints = new WeakMap<object, string>()
  return {
    name: 'PodPreset',
    concerns: isConcerned,
    async mutate(admission) {
      const pod = admission.draft as Draft<Pod>
      const presets = await presetsFor(admission, pod)
      if (presets.length === 0) return
      try {
        pod.spec = clone(withPresets(pod.spec as Pod['spec'], presets)) as typeof pod.spec
        for (const { metadata } of presets)
          (pod.metadata.annotations ??= {})[`${PREFIX}/podpreset-${metadata.name}`] = metadata.resourceVersion ?? ''
      } catch (error) {
        if (!(error instanceof PresetConflict)) throw error
        const names = presets.map(({ metadata }) => metadata.name).join(',')
        complaints.set(pod, `conflict occurred while applying podpresets: ${names}: ${error.message}; the pod is created without them`)
      }
    },
    validate({ draft, dryRun }): Settlement | undefined {
      const message = typeof draft === 'object' && draft !== null ? complaints.get(draft as object) : undefined
      if (message === undefined || dryRun) return undefined
      return async ending => {
        if (ending === 'stored') tell(draft as Pod, { type: 'Warning', reason: 'PodPresetConflict', message })
      }
    },
  }
}
function isConcerned(admission: Admission): boolean {
  if (!is(admission, 'pods') || admission.operation !== 'CREATE') return false
  const annotations = (admission.draft as Pod).metadata.annotations ?? {}
  return annotations[EXCLUDE] !== 'true' && annotations[MIRROR] === undefined
}
/** In the order of their names. */
async function presetsFor({ objects, target }: Admission, { metadata }: Pod): Promise<readonly PodPreset[]> {
  const all = await objects.list(PodPreset, target.namespace)
  return all.filter(({ spec }) => selects(spec.selector, metadata.labels))
}
