/** A cluster by chance, as a scheduler meets it: nodes, pods on them, what selects those, budgets, and one pod that is to be placed. */
import { Chance } from './chance.ts'
import { nodeByChance } from './nodes.ts'
import { podByChance, restartingAll } from './pods.ts'
import { selectorByChance } from './wishes.ts'

type Json = Record<string, any>
export interface RawCluster {
  readonly nodes: readonly Json[]
  readonly pods: readonly Json[]
  readonly pod: Json
  readonly namespaces: readonly Json[]
  readonly services: readonly Json[]
  readonly replicaSets: readonly Json[]
  readonly statefulSets: readonly Json[]
  readonly budgets: readonly Json[]
}

const inDefault = (name: string) => ({ name, namespace: 'default' })
export function clusterByChance(seed: number): RawCluster {
  const chance = new Chance(seed)
  const temper = { wishes: chance.one([10, 30, 60]), sizes: chance.one([0, 30]) }
  const nodes = chance.many([1, 5], at => nodeByChance(chance, at))
  const pods = chance.many([0, chance.one([4, 12])], at =>
    settled(chance, podByChance(chance, `e${at}`, temper), { at, nodes: nodes.length }),
  )
  const pod = podByChance(chance, 'p', temper)
  pod.spec.priority = chance.one([0, 5, 10, 1000])
  if (chance.often(6)) Object.assign(pod.spec.containers[0], restartingAll)
  if (chance.often(10)) pod.status.nominatedNodeName = chance.one(['n0', 'n1', 'gone'])
  const owner = (kind: string) => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: inDefault('owner'),
    spec: { selector: { matchLabels: { app: 'a' } } },
  })
  return {
    nodes,
    pods,
    pod,
    namespaces: ['default', 'other'].map(name => ({ kind: 'Namespace', metadata: { name, labels: { env: chance.one(['dev', 'prod']) } } })),
    services: chance.often(40) ? [{ kind: 'Service', metadata: inDefault('s'), spec: { selector: { app: chance.one(['a', 'b']) } } }] : [],
    replicaSets: chance.often(50) ? [owner('ReplicaSet')] : [],
    statefulSets: chance.often(50) ? [owner('StatefulSet')] : [],
    budgets: chance.many([0, 2], at => ({
      kind: 'PodDisruptionBudget',
      metadata: inDefault(`b${at}`),
      spec: { selector: selectorByChance(chance) },
      status: { disruptionsAllowed: chance.between(0, 2) },
    })),
  }
}

/** Puts a pod on a node, or lets room be made for it there; each has begun at a time of its own, and one has not yet. */
function settled(chance: Chance, pod: Json, { at, nodes }: { readonly at: number; readonly nodes: number }): Json {
  const node = `n${chance.between(0, nodes - 1)}`
  if (chance.often(8)) return { ...pod, status: { phase: 'Pending', nominatedNodeName: node } }
  pod['spec'].nodeName = node
  pod['status'] = {
    phase: chance.often(4) ? 'Succeeded' : 'Running',
    ...(at !== 1 && { startTime: `2026-01-01T00:${10 + ((at * 7) % 13)}:00Z` }),
  }
  if (chance.often(25)) {
    const resources = { requests: { cpu: chance.one(['1m', '2']), memory: '1Mi' } }
    pod['status'].containerStatuses = [{ name: 'c0', image: 'i', imageID: '', ready: true, restartCount: 0, resources }]
  }
  if (chance.often(8)) {
    pod['metadata'].deletionTimestamp = '2026-01-01T01:00:00Z'
    pod['status'].conditions = [
      {
        type: 'DisruptionTarget',
        status: chance.one(['True', 'False']),
        reason: 'PreemptionByScheduler',
        lastTransitionTime: '2026-01-01T00:59:00Z',
      },
    ]
  }
  return pod
}
