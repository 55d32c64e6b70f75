/** Heeds nodeSelector and node affinity, and an affinity that is added to all pods. */
import type { NodeAffinity } from '#kinds/core/affinity.ts'
import { demandsMet, selectsNode, termSelects } from '#kinds/core/node-selection.ts'
import { inProportion, type Plugin } from '../plugin.ts'

export function nodeAffinity({ addedAffinity }: { readonly addedAffinity?: NodeAffinity } = {}): Plugin {
  const added = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return {
    name: 'NodeAffinity',
    evictionHelps: () => false,
    weight: 2,
    filter: ({ spec }, { node }) => {
      if (added && !selectsNode(added, node)) return ["node(s) didn't match scheduler-enforced node affinity"]
      return demandsMet(spec, node) ? [] : ["node(s) didn't match Pod's node affinity/selector"]
    },
    forbids: ({ spec }) => (namesIn(spec.affinity?.nodeAffinity)?.size === 0 ? 'pod affinity terms conflict' : undefined),
    nodeNames: ({ spec }) => namesIn(spec.affinity?.nodeAffinity),
    score: ({ spec }, { node }) =>
      [...preferences(addedAffinity), ...preferences(spec.affinity?.nodeAffinity)].reduce(
        (total, { weight, preference }) => total + (termSelects(preference, node) ? weight : 0),
        0,
      ),
    normalize: inProportion,
  }
}
const preferences = (affinity: NodeAffinity | undefined) => affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []

/** The nodes that the terms name, if every one does: the pods of DaemonSets have one each. None when all terms contradict themselves. */
function namesIn(affinity: NodeAffinity | undefined): ReadonlySet<string> | undefined {
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const named = terms.map(({ matchFields = [] }) => matchFields.filter(({ key, operator }) => key === 'metadata.name' && operator === 'In'))
  if (!named.length || named.some(fields => fields.length === 0)) return undefined
  return new Set(
    named.flatMap(([first, ...others]) => (first?.values ?? []).filter(name => others.every(({ values }) => values?.includes(name)))),
  )
}
