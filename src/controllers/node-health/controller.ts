/** Watches the leases of nodes, and says so when one is renewed no more. */
import { type Cluster, type Runner, startController, watches } from '#client/controller.ts'
import { EventRecorder } from '#client/events.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { Lease } from '#kinds/coordination/lease.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { podsOn } from '../pods/by-node.ts'
import { patienceMs, silenced, unready } from './health.ts'

const NAMESPACE = 'kube-node-lease'
const COMPONENT = 'node-controller'
/** So much later than asked for, a look says nothing about nodes: this machine itself has slept. */
const OVERSLEPT_MS = 15_000

interface Sign {
  /** What changes with each sign of life. */
  readonly text: string
  /** When it was first seen here: clocks of nodes may differ from ours. */
  readonly seenAt: number
  readonly lookAt: number
}

export const nodeHealthController: Runner = {
  name: 'node-lifecycle-controller',
  start: cluster => {
    const signs = new Map<string, Sign>()
    const { client, clock, log } = cluster
    const recorder = new EventRecorder({ client, clock, log, component: COMPONENT })
    /** The nodes that are known, by name. */
    const known = new Map<string, Node>()
    const tell = (node: Node, reason: string, message: string) => recorder.record({ about: about(node), type: 'Normal', reason, message })
    return startController(
      {
        name: 'node-lifecycle-controller',
        reconciles: Node,
        watches: [watches(Lease, ({ metadata }) => (metadata.namespace === NAMESPACE ? [{ name: metadata.name as string }] : []))],
        act: async ({ name }) => {
          const node = cluster.mirrors.of(Node).get({ name })
          if (!node) {
            signs.delete(name)
            const gone = known.get(name)
            if (gone) tell(gone, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
            known.delete(name)
            return undefined
          }
          if (!known.has(name)) tell(node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
          known.set(name, node)
          const now = clock.now()
          const sign = heard(signs.get(name), textOf(node, cluster.mirrors), { now, graceMs: patienceMs(node) })
          signs.set(name, sign)
          if (now < sign.lookAt) return sign.lookAt - now
          const isStale = await report(cluster, node)
          if (isStale) tell(node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
          for (const pod of await leave(cluster, name))
            recorder.record({ about: aboutPod(pod), type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
          return undefined
        },
      },
      cluster,
    )
  },
}
const aboutPod = ({ metadata }: Pod) => ({ apiVersion: 'v1', kind: 'Pod', metadata })
const about = ({ metadata }: Node) => ({ apiVersion: 'v1', kind: 'Node', metadata })
/** Each renewal of the lease and each report of the kubelet is a sign of life; what this controller writes is none. */
function textOf({ metadata, status }: Node, mirrors: Mirrors): string {
  const lease = mirrors.of(Lease).get({ namespace: NAMESPACE, name: metadata.name as string })
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  return JSON.stringify([
    metadata.uid,
    lease?.spec.renewTime,
    ready?.lastHeartbeatTime,
    ready?.status === 'Unknown' ? '' : ready?.lastTransitionTime,
  ])
}
function heard(known: Sign | undefined, text: string, { now, graceMs }: { readonly now: number; readonly graceMs: number }): Sign {
  const overslept = known !== undefined && now > known.lookAt + OVERSLEPT_MS && known.seenAt + graceMs === known.lookAt
  const wasSetBack = known !== undefined && now < known.seenAt
  if (known?.text === text && !overslept && !wasSetBack) return known
  return { text, seenAt: now, lookAt: now + graceMs }
}

/** Whether the node was ready until now. */
async function report({ client, clock, mirrors }: Cluster, node: Node): Promise<boolean> {
  const conditions = silenced(node, clock.now())
  if (!conditions) return false
  const written = await client.update(Node, { ...node, status: { ...node.status, conditions } }, { subresource: 'status' })
  mirrors.of(Node).learn(written)
  return node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}
/** Services must not send anybody to pods of which nothing is known. Resolves to the pods that it has told so of. */
async function leave({ client, clock, mirrors }: Cluster, node: string): Promise<readonly Pod[]> {
  const left: Pod[] = []
  for (const pod of podsOn(mirrors, node)) {
    const conditions = unready(pod, clock.now())
    if (!conditions) continue
    try {
      mirrors.of(Pod).learn(await client.update(Pod, { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' }))
      left.push(pod)
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
  }
  return left
}
