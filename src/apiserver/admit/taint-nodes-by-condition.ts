/** TaintNodesByCondition: a new node takes no pods until its controller has seen that it is ready. */
import type { Node } from '#kinds/core/node.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { AdmissionPlugin } from './admission.ts'
import { is } from './denied.ts'

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  concerns: admission => is(admission, 'nodes') && admission.operation === 'CREATE',
  mutate(admission) {
    const { spec } = admission.draft as Draft<Node>
    const taints = spec.taints ?? []
    if (!taints.some(({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect)) spec.taints = [...taints, { ...NOT_READY }]
  },
}
