/** Evicts pods from nodes whose taints they do not tolerate, or no longer. */
import type { Runner } from '#client/controller.ts'
import { deciding } from '#client/deciding.ts'
import type { Ref } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isEqual } from '#schema/json-value.ts'
import { podsOn } from '../pods/by-node.ts'
import { type Driving, decide } from './decide.ts'

const drivingTaints = (node: unknown) => ((node as Node | undefined)?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

export const taintEvictionController: Runner = {
  name: 'taint-eviction-controller',
  start: cluster => {
    /** When taints were first seen that do not say since when they are there: those that people set. */
    const seen = new Map<string, number>()
    const since = (node: Node, key: string): number => {
      const id = `${node.metadata.uid} ${key}`
      if (!seen.has(id)) seen.set(id, cluster.clock.now())
      return seen.get(id) as number
    }
    return deciding<Pod, readonly Driving[]>({
      name: 'taint-eviction-controller',
      decides: Pod,
      watches: [
        {
          kind: Node,
          concerns: (node, mirrors) => podsOn(mirrors, (node as Node).metadata.name as string).map(({ metadata }) => metadata as Ref),
          matters: (before, after) => {
            const left = new Set(drivingTaints(after).map(({ key }) => key))
            for (const { key } of drivingTaints(before)) if (!left.has(key)) seen.delete(`${(before as Node).metadata.uid} ${key}`)
            return !isEqual(drivingTaints(before), drivingTaints(after))
          },
        },
      ],
      look: ({ spec }, mirrors) => {
        const node = spec.nodeName ? mirrors.of(Node).get({ name: spec.nodeName }) : undefined
        return node
          ? drivingTaints(node).map(({ key, value, timeAdded }) => ({
              key,
              ...(value !== undefined && { value }),
              since: timeAdded ? Date.parse(timeAdded) : since(node, key),
            }))
          : []
      },
      decide,
    }).start(cluster)
  },
}
