/** The pod of a daemon set for one node: the scheduler binds it there and nowhere else. */
import { type DaemonSet, TEMPLATE_GENERATION } from '#kinds/apps/daemon-set.ts'
import { type NewPod, podFrom } from '../pods/from-template.ts'
import { tolerationsOf } from './placement.ts'

export const REVISION_HASH = 'controller-revision-hash'
/** Clients of old versions still look for it, where the set has the annotation. */
const GENERATION_LABEL = 'pod-template-generation'

export function newPod(set: DaemonSet, node: string, hash: string): NewPod {
  const { metadata, spec } = podFrom(set.spec.template, set)
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION]
  const labels = { ...metadata.labels, [REVISION_HASH]: hash, ...(generation && { [GENERATION_LABEL]: generation }) }
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] }],
    },
  }
  return {
    metadata: { ...metadata, labels },
    spec: { ...spec, tolerations: tolerationsOf(set), affinity: { ...spec.affinity, nodeAffinity } },
  }
}
