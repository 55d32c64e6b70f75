/** DefaultTolerationSeconds: a pod stays on a node that is not ready or not reachable for five minutes, unless it says otherwise. */
import type { Pod } from '#kinds/core/pod.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { AdmissionPlugin } from './admission.ts'
import { is } from './denied.ts'

const TOLERATION_SECONDS = 300
const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  concerns: admission => is(admission, 'pods') && ['CREATE', 'UPDATE'].includes(admission.operation),
  mutate(admission) {
    const { spec } = admission.draft as Draft<Pod>
    const present = spec.tolerations ?? []
    const lacking = KEYS.filter(key => !present.some(one => (!one.key || one.key === key) && (!one.effect || one.effect === 'NoExecute')))
    if (!lacking.length) return
    const added = lacking.map(key => ({ key, operator: 'Exists', effect: 'NoExecute' as const, tolerationSeconds: TOLERATION_SECONDS }))
    spec.tolerations = [...present, ...added]
  },
}
