/** Evicts pods from nodes whose taints they do not tolerate, or no longer. */
import type { Runner } from '#client/controller.ts'
import { deciding } from '#client/deciding.ts'
import { keyOf } from '#client/mirror.ts'
import type { Ref } from '#client/transport.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isEqual } from '#schema/json-value.ts'
import { podsOn } from '../pods/by-node.ts'
import { type Due, decide, dueAt, takenBack } from './decide.ts'

const drivingTaints = (node: unknown) => ((node as Node | undefined)?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

export const taintEvictionController: Runner = {
  name: 'taint-eviction-controller',
  start: cluster => {
    /** When taints were first seen that do not say since when they are there: those that people set. */
    const seen = new Map<string, number>()
    /** Pods that are to go later, by key: when, in milliseconds since the epoch. */
    const meant = new Map<string, { readonly uid: string | undefined; readonly due: number }>()
    const since = (node: Node, key: string): number => {
      const id = `${node.metadata.uid} ${key}`
      if (!seen.has(id)) seen.set(id, cluster.clock.now())
      return seen.get(id) as number
    }
    return deciding<Pod, Due>({
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
      look: (pod, mirrors) => {
        const node = pod.spec.nodeName ? mirrors.of(Node).get({ name: pod.spec.nodeName }) : undefined
        const taints = (node ? drivingTaints(node) : []).map(({ key, value, timeAdded }) => ({
          key,
          ...(value !== undefined && { value }),
          since: timeAdded ? Date.parse(timeAdded) : since(node as Node, key),
        }))
        const key = keyOf(pod.metadata as Ref)
        const known = meant.get(key)
        const before = known?.uid === pod.metadata.uid ? known?.due : undefined
        const due = dueAt(pod, taints, { before, at: cluster.clock.now() })
        if (due === undefined || due <= cluster.clock.now()) meant.delete(key)
        else meant.set(key, { uid: pod.metadata.uid, due })
        return { ...(before !== undefined && { before }), ...(due !== undefined && { now: due }) }
      },
      decide,
      // Somebody else was quicker.
      afterwards: ref => ({ events: meant.delete(keyOf(ref)) ? [takenBack(ref)] : [] }),
    }).start(cluster)
  },
}
