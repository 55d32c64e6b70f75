/** Keeps the taints of each node as its conditions call for. */
import { timestamp } from '#base/clock.ts'
import { type Cluster, type Runner, startController } from '#client/controller.ts'
import { Node } from '#kinds/core/node.ts'
import { placeOf, turnOf } from './disruption.ts'
import { drives, wantedTaints } from './taints.ts'

const NAME = 'node-lifecycle-controller'
/** Upstream's nodeUpdateWorkerSize. A new node takes no pods before its first taint is gone: of many that come together none is to wait for the commits of all others. */
const CONCURRENCY = 8

/** When the places had their last turn is kept in memory only: after a restart each may have one at once, as upstream's. */
export const nodeTaintsController: Runner = {
  name: NAME,
  start: cluster => {
    const turns = new Map<string, number>()
    const act = async ({ name }: { readonly name: string }) => {
      const nodes = cluster.mirrors.of(Node)
      const node = nodes.get({ name })
      if (!node) return undefined
      const place = placeOf(node)
      const { mayDrive, isNew, areAllDown, lookAgainMs } = turnOf(node, nodes, { last: turns.get(place), now: cluster.clock.now() })
      if (isNew) turns.set(place, cluster.clock.now())
      if (areAllDown) for (const other of nodes.list().filter(drives)) await write(cluster, other, false)
      await write(cluster, node, mayDrive)
      return lookAgainMs
    }
    return startController({ name: NAME, reconciles: Node, concurrency: CONCURRENCY, act }, cluster)
  },
}

async function write({ client, clock, mirrors }: Cluster, node: Node, mayDrive: boolean): Promise<void> {
  const taints = wantedTaints(node, timestamp(clock.now()), mayDrive)
  const before = node.spec?.taints ?? []
  if (taints.length === before.length && taints.every(taint => before.includes(taint))) return
  const { name = '', resourceVersion } = node.metadata
  mirrors.of(Node).learn(await client.patch(Node, { name }, 'merge', { metadata: { resourceVersion }, spec: { taints } }))
}
