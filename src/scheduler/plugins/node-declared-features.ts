/** Keeps pods away from nodes that do not say that they can do what the pod needs. KEP-5328. */
import { lackingToRun, neededToRun } from '#kinds/core/node/declared-features.ts'
import type { Filter, Plugin } from '../plugin.ts'

export const nodeDeclaredFeatures: Plugin = {
  name: 'NodeDeclaredFeatures',
  evictionHelps: () => false,
  // Upstream asks it last of all, after those that look beyond the node.
  filterFor: subject => (neededToRun(subject).length ? filter : undefined),
}
const filter: Filter = (pod, { node }) =>
  lackingToRun(pod, node.status?.declaredFeatures).length ? ["node(s) didn't match Pod's required features"] : []
