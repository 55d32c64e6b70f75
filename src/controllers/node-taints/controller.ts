/** Keeps the taints of each node as its conditions call for. */
import { timestamp } from '#base/clock.ts'
import type { Controller } from '#client/controller.ts'
import { Node } from '#kinds/core/node.ts'
import { wantedTaints } from './taints.ts'

/** Upstream's nodeUpdateWorkerSize. A new node takes no pods before its first taint is gone: of many that come together none is to wait for the commits of all others. */
const CONCURRENCY = 8

export const nodeTaintsController: Controller = {
  name: 'node-lifecycle-controller',
  reconciles: Node,
  concurrency: CONCURRENCY,
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
