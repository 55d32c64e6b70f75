/** Keeps the taints of each node as its conditions call for. */
import { timestamp } from '#base/clock.ts'
import type { Controller } from '#client/controller.ts'
import { Node } from '#kinds/core/node.ts'
import { wantedTaints } from './taints.ts'

export const nodeTaintsController: Controller = {
  name: 'node-lifecycle-controller',
  reconciles: Node,
  act: async ({ name }, { client, clock, mirrors }) => {
    const node = mirrors.of(Node).get({ name })
    if (!node) return undefined
    const taints = wantedTaints(node, timestamp(clock.now()))
    const before = node.spec?.taints ?? []
    if (taints.length === before.length && taints.every(taint => before.includes(taint))) return undefined
    const { resourceVersion } = node.metadata
    mirrors.of(Node).learn(await client.patch(Node, { name }, 'merge', { metadata: { resourceVersion }, spec: { taints } }))
    return undefined
  },
}
