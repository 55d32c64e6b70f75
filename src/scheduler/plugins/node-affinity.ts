/** Heeds nodeSelector and node affinity. */
import { demandsMet, termSelects } from '#kinds/core/node-selection.ts'
import { inProportion, type Plugin } from '../plugin.ts'

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  evictionHelps: () => false,
  weight: 2,
  filter: ({ spec }, { node }) => (demandsMet(spec, node) ? [] : ["node(s) didn't match Pod's node affinity/selector"]),
  score: ({ spec }, { node }) =>
    (spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).reduce(
      (total, { weight, preference }) => total + (termSelects(preference, node) ? weight : 0),
      0,
    ),
  normalize: inProportion,
}
