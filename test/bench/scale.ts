/** A large cluster of simulated nodes in one process: how fast it fills, and what it costs when it is full. */
import { Deployment } from '#kinds/apps/deployment.ts'
import { SIMULATED } from '#kinds/core/node/simulated.ts'
import { Node } from '#kinds/core/node.ts'
import { BenchCluster } from './cluster.ts'
import type { Bench, Figure } from './figures.ts'
import { cpuSeconds, residentMegabytes } from './process.ts'

const NODES = 1_000
const PODS = 10_000
const MANY_NODES = 5_000
/** So many more come first, of whom a tenth says where it wants to be. */
const MIXED_PODS = 2_000
const NAMESPACE = 'scale'
const POLL_MS = 250
const TIMEOUT_S = 600
/** What the work leaves behind is given back within this time. */
const SETTLE_MS = 20_000
const WINDOW_MS = 20_000
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const since = (begun: number) => (performance.now() - begun) / 1_000

export const scale: Bench = {
  about: `${NODES} simulated nodes and ${PODS} pods in one process, and ${MANY_NODES} nodes`,
  run: async bundle => [...(await full(bundle)), await registration(bundle)],
}

async function full(bundle: string): Promise<readonly Figure[]> {
  await using cluster = await BenchCluster.prepare(bundle)
  const nodes = await register(cluster, NODES)
  const { pid } = cluster
  await cluster.makeNamespace(NAMESPACE)
  const mixed = await run(cluster, [
    { name: 'plain', pods: MIXED_PODS * 0.9 },
    { name: 'choosy', pods: MIXED_PODS * 0.1, spec: choosy('choosy') },
  ])
  const before = cpuSeconds(pid)
  const running = await run(cluster, [{ name: 'web', pods: PODS }])
  const perPod = ((cpuSeconds(pid) - before) / PODS) * 1_000
  const memory = residentMegabytes(pid)
  await wait(SETTLE_MS)
  const idleBefore = cpuSeconds(pid)
  const begun = performance.now()
  await wait(WINDOW_MS)
  const idle = ((cpuSeconds(pid) - idleBefore) / since(begun)) * 100
  return [
    { what: `${NODES} nodes registered`, values: [nodes], unit: 's' },
    {
      what: 'pods made, placed and ready, a tenth with spread and anti-affinity',
      values: [MIXED_PODS / mixed],
      unit: '/s',
      goal: { atLeast: 500 },
    },
    { what: `${PODS} pods of one Deployment ready`, values: [running], unit: 's', goal: { atMost: 60 } },
    { what: 'processor time per pod', values: [perPod], unit: 'ms' },
    { what: 'resident memory with all of it', values: [memory, residentMegabytes(pid)], unit: 'MB', goal: { atMost: 600 } },
    { what: 'processor time when idle, of one core', values: [idle], unit: '%', goal: { atMost: 3 } },
  ]
}

async function registration(bundle: string): Promise<Figure> {
  await using cluster = await BenchCluster.prepare(bundle)
  return { what: `${MANY_NODES} nodes registered`, values: [await register(cluster, MANY_NODES)], unit: 's', goal: { atMost: 60 } }
}

/** Seconds from `up` until all simulated nodes are there. */
async function register(cluster: BenchCluster, nodes: number): Promise<number> {
  const begun = performance.now()
  await cluster.up('--simulated-nodes', String(nodes))
  const took = since(begun)
  const { items } = await cluster.client.list(Node, { labelSelector: `type=${SIMULATED.type}` })
  if (items.length !== nodes) throw new Error(`register ${nodes} nodes: ${items.length} are there`)
  return took
}

interface Wanted {
  readonly name: string
  readonly pods: number
  readonly spec?: object
}
/** Seconds from the first order until all pods of all Deployments are ready. */
async function run({ client }: BenchCluster, wanted: readonly Wanted[]): Promise<number> {
  const begun = performance.now()
  for (const one of wanted) await client.create(Deployment, deployment(one))
  for (const { name, pods } of wanted)
    while ((await client.get(Deployment, { namespace: NAMESPACE, name })).status?.readyReplicas !== pods) {
      if (since(begun) > TIMEOUT_S) throw new Error(`run ${pods} pods of Deployment "${name}": not ready within ${TIMEOUT_S} s`)
      await wait(POLL_MS)
    }
  return since(begun)
}
function deployment({ name, pods, spec }: Wanted): Partial<Deployment> {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { nodeSelector: SIMULATED, containers: [{ name: 'c', image: 'simulated' }], ...spec } }
  return { metadata: { namespace: NAMESPACE, name }, spec: { replicas: pods, selector: { matchLabels: labels }, template } } as never
}
/** Evenly over the nodes, and never two on one. */
const choosy = (name: string) => {
  const labelSelector = { matchLabels: { app: name } }
  const topologyKey = 'kubernetes.io/hostname'
  return {
    topologySpreadConstraints: [{ topologyKey, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }] } },
  }
}
