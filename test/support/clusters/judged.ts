/** A cluster by chance as it lies in the store, and what the scheduler makes of it, in one line. */
import { VirtualClock } from '#base/clock.ts'
import type { Mirrors } from '#client/mirrors.ts'
import { ReplicaSet } from '#kinds/apps/replica-set.ts'
import { StatefulSet } from '#kinds/apps/stateful-set.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Node } from '#kinds/core/node.ts'
import { onCreate } from '#kinds/core/pod/strategy.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { ClusterView } from '#scheduler/cluster-view.ts'
import { refusal, search, totalScores } from '#scheduler/cycle.ts'
import { NO_CLAIMS } from '#scheduler/devices/deallocation.ts'
import { plugins } from '#scheduler/plugins/index.ts'
import { candidates } from '#scheduler/preemption.ts'
import { nodeName } from '#scheduler/snapshot.ts'
import type { RawCluster } from './cluster.ts'

type Json = Record<string, any>
const KINDS = {
  nodes: Node,
  namespaces: Namespace,
  services: Service,
  replicaSets: ReplicaSet,
  statefulSets: StatefulSet,
  budgets: PodDisruptionBudget,
}

function stored(kind: AnyKind, raw: Json): Json {
  const draft = fillDefaults(kind, decode(kind, JSON.parse(JSON.stringify(raw))).value as never) as Json
  if (kind !== (Pod as AnyKind)) return draft
  const { status = {} } = draft
  onCreate(draft as never)
  return { ...draft, status }
}
/** Decoded, filled with defaults, selectors merged with the keys that they name. */
export function storedCluster(raw: RawCluster): RawCluster {
  const lists = Object.entries(KINDS).map(([list, kind]) => [
    list,
    raw[list as keyof typeof KINDS].map(each => stored(kind as AnyKind, each)),
  ])
  return { ...raw, ...Object.fromEntries(lists), pods: raw.pods.map(each => stored(Pod, each)), pod: stored(Pod, raw.pod) }
}

/** Mirrors of what is there, which never changes. */
function still(cluster: RawCluster): Mirrors {
  const shelf = (objects: readonly Json[], indexes: Record<string, (object: Json) => readonly string[]> = {}) => ({
    ready: Promise.resolve(),
    list: (namespace?: string) => objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
    get: ({ namespace, name }: Json) => objects.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
    by: (index: string, value: string) => objects.filter(each => indexes[index]?.(each).includes(value)),
    countBy: (index: string, value: string) => objects.filter(each => indexes[index]?.(each).includes(value)).length,
    onChange: (listener: (change: Json) => void) => objects.forEach(after => listener({ after })),
  })
  const list = (kind: unknown) =>
    Object.keys(KINDS).find(each => KINDS[each as keyof typeof KINDS] === kind) as keyof typeof KINDS | undefined
  const of = (kind: unknown) => shelf(list(kind) ? cluster[list(kind) as keyof typeof KINDS] : [])
  const open = (_: unknown, { indexes }: Json) => shelf([...cluster.pods, cluster.pod], indexes)
  return { of, open } as unknown as Mirrors
}

/** Each node that will do with its points; or why none will, and who would have to go where. */
export function judged(cluster: RawCluster): string {
  const view = new ClusterView(still(cluster), new VirtualClock())
  const snapshot = view.snapshot()
  const pod = cluster.pod as unknown as Pod
  const way = { plugins, chance: 0 }
  const found = search(pod, snapshot, way, true)
  const { feasible } = found
  if (feasible.length) {
    const points = totalScores(pod, { snapshot, feasible }, plugins)
    return fitting(feasible.map((info, at) => [nodeName(info), points[at] as number]))
  }
  const refused = refusal(snapshot, search(pod, snapshot, way))
  const room = candidates(pod, { snapshot, refused, plugins, budgets: view.budgets.list(), word: NO_CLAIMS.word })
  const outcome = 'candidates' in room && !room.candidates.length ? room.otherwise : room
  if (!('candidates' in outcome)) return refused.message + ('message' in outcome ? outcome.message : '')
  const names = (pods: readonly Pod[]) => pods.map(({ metadata }) => metadata.name as string)
  return making(
    refused.message,
    outcome.candidates.map(each => ({ ...each, pods: names(each.pods) })),
  )
}
export const fitting = (scores: readonly (readonly [node: string, points: number])[]): string => {
  const parts = scores.map(([node, number]) => `${node}=${number}`)
  return `fits ${parts.toSorted().join(' ')}`
}
export interface Room {
  readonly node: string
  readonly pods: readonly string[]
  /** How many of them a budget would keep. */
  readonly violations: number
}
export const making = (message: string, room: readonly Room[]): string => {
  const parts = room.map(({ node, pods, violations }) => `${node}: ${pods.join(' ')}${violations ? ` (${violations})` : ''}`)
  return [message, ...parts.toSorted()].join(' | ')
}
