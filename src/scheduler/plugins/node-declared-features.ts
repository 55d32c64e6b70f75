/** Keeps pods away from nodes that do not say that they can do what the pod needs. KEP-5328. */
import { lackingToRun } from '#kinds/core/node/declared-features.ts'
import type { Plugin } from '../plugin.ts'

export const nodeDeclaredFeatures: Plugin = {
  name: 'NodeDeclaredFeatures',
  evictionHelps: () => false,
  filter: (pod, { node }) =>
    lackingToRun(pod, node.status?.declaredFeatures).length ? ["node(s) didn't match Pod's required features"] : [],
}
