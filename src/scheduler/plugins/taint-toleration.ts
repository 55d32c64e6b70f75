/** Keeps pods away from nodes whose taints they do not bear, and from those with taints that they would rather not. */
import { tolerates, untolerated } from '#kinds/core/tolerations.ts'
import { inProportion, type Plugin } from '../plugin.ts'

export const taintToleration: Plugin = {
  name: 'TaintToleration',
  evictionHelps: () => false,
  weight: 3,
  filter: ({ spec }, { node }) => {
    const taint = untolerated(node.spec?.taints ?? [], spec.tolerations ?? [], ['NoSchedule', 'NoExecute'])
    return taint ? ['node(s) had untolerated taint(s)'] : []
  },
  score: ({ spec }, { node }) => {
    const tolerations = (spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule')
    return (node.spec?.taints ?? []).filter(
      taint => taint.effect === 'PreferNoSchedule' && !tolerations.some(each => tolerates(each, taint)),
    ).length
  },
  normalize: scores => inProportion(scores, true),
}
