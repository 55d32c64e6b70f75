/** Laws of scheduling, tried with clusters by chance: no node is overcommitted, no hard rule is broken, and the same chance gives the same places. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { seededRandom } from '#base/random.ts'
import type { PodAffinityTerm } from '#kinds/core/affinity.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { schedule } from '#scheduler/cycle.ts'
import { plugins } from '#scheduler/plugins/index.ts'
import { preempt } from '#scheduler/preemption.ts'
import { nodeInfo, type NodeInfo, type Snapshot } from '#scheduler/snapshot.ts'
import { NO_DEVICES } from '#scheduler/devices/sight.ts'
import { NO_STORAGE } from '#scheduler/storage.ts'

const HOST = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const CLUSTERS = 300

const app = fc.constantFrom('a', 'b')
const topologyKey = fc.constantFrom(HOST, ZONE)
const term = fc.record({ labelSelector: app.map(value => ({ matchLabels: { app: value } })), topologyKey })
const terms = fc.array(term, { maxLength: 1 })
const spread = fc.record({
  labelSelector: app.map(value => ({ matchLabels: { app: value } })),
  topologyKey,
  maxSkew: fc.integer({ min: 1, max: 2 }),
  whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
})
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const podParts = fc.record({
  app,
  milli: fc.integer({ min: 0, max: 900 }),
  priority: fc.integer({ min: 0, max: 2 }),
  near: rarely(terms),
  far: rarely(terms),
  spread: rarely(spread),
  tolerates: fc.boolean(),
  zone: rarely(fc.constantFrom('x', 'y')),
})
const nodeParts = fc.record({
  zone: fc.constantFrom('x', 'y', undefined),
  milli: fc.integer({ min: 200, max: 2000 }),
  pods: fc.integer({ min: 1, max: 6 }),
  tainted: fc.boolean(),
  cordoned: fc.boolean(),
})
const cluster = fc.record({
  nodes: fc.array(nodeParts, { minLength: 1, maxLength: 5 }),
  pods: fc.array(podParts, { minLength: 1, maxLength: 16 }),
  seed: fc.integer({ min: 0 }),
})
type Parts<A> = A extends fc.Arbitrary<infer T> ? T : never

const TAINT = { key: 'k', value: 'v', effect: 'NoSchedule' }
const nodeOf = ({ zone, milli, pods, tainted, cordoned }: Parts<typeof nodeParts>, i: number) =>
  ({
    metadata: { name: `n${i}`, labels: { [HOST]: `n${i}`, ...(zone && { [ZONE]: zone }) } },
    spec: { unschedulable: cordoned && i > 0, taints: tainted ? [TAINT] : [] },
    status: { allocatable: { cpu: `${milli}m`, memory: '1Gi', pods: String(pods) } },
  }) as unknown as Node
const podOf = ({ app: value, milli, priority, near, far, spread: constraint, tolerates, zone }: Parts<typeof podParts>, i: number) =>
  ({
    metadata: { name: `p${i}`, uid: `p${i}`, namespace: 'default', labels: { app: value } },
    spec: {
      priority,
      containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: `${milli}m` } } }],
      tolerations: tolerates ? [{ key: 'k', operator: 'Exists' }] : [],
      ...(zone && { nodeSelector: { [ZONE]: zone } }),
      affinity: {
        ...(near && { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: near } }),
        ...(far && { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: far } }),
      },
      topologySpreadConstraints: constraint ? [constraint] : [],
    },
    status: {},
  }) as unknown as Pod

type Placed = ReadonlyMap<Pod, Node>
const infosOf = (nodes: readonly Node[], placed: Placed): readonly NodeInfo[] =>
  nodes.map(node =>
    nodeInfo(
      node,
      [...placed].filter(([, at]) => at === node).map(([pod]) => pod),
    ),
  )
const snapshotOf = (nodes: readonly Node[], placed: Placed): Snapshot => ({
  nodes: infosOf(nodes, placed),
  namespaceLabels: () => ({}),
  nominated: () => [],
  storage: NO_STORAGE,
  devices: NO_DEVICES,
  images: () => undefined,
  siblings: ({ metadata }) => ({ matchLabels: metadata.labels ?? {} }),
})

/** Places one pod after the other, making room where that is allowed; `check` sees each state in which one has just been placed. */
function run({ nodes: parts, pods, seed }: Parts<typeof cluster>, check: (pod: Pod, nodes: readonly Node[], placed: Placed) => void) {
  const random = seededRandom(seed)
  const nodes = parts.map(nodeOf)
  const placed = new Map<Pod, Node>()
  const story: string[] = []
  for (const pod of pods.map(podOf)) {
    const attempt = () => schedule(pod, snapshotOf(nodes, placed), { plugins, chance: random.integer(1000) / 1000 })
    let decision = attempt()
    if (decision.node === undefined) {
      const made = preempt(pod, { snapshot: snapshotOf(nodes, placed), refused: decision, plugins, budgets: [] })
      if (made.node !== undefined) {
        for (const victim of made.pods) {
          assert((victim.spec.priority ?? 0) < (pod.spec.priority ?? 0), 'only less important pods go')
          assert.equal(placed.get(victim)?.metadata.name, made.node, 'and only from the node that is meant')
          placed.delete(victim)
        }
        decision = attempt()
        assert(decision.node !== undefined, 'whoever others went for finds a place')
      }
    }
    const { node: chosen } = decision
    story.push(`${pod.metadata.name} ${chosen ?? ('message' in decision ? decision.message : '')}`)
    const node = nodes.find(({ metadata }) => metadata.name === chosen)
    if (!node) continue
    placed.set(pod, node)
    check(pod, nodes, placed)
  }
  return story
}

const placeOf = (node: Node | undefined, key: string) => node?.metadata.labels?.[key]
const isMeant = ({ labelSelector }: Pick<PodAffinityTerm, 'labelSelector'>, { metadata }: Pod) =>
  labelSelector?.matchLabels?.['app'] === metadata.labels?.['app']
const milliOf = ({ spec }: Pod) => Number.parseInt(spec.containers[0]?.resources?.requests?.['cpu'] ?? '0', 10)
const farTerms = ({ spec }: Pod) => spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
const nearTerms = ({ spec }: Pod) => spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []

/** Reckoned anew from the rules, without anything of the scheduler's own. */
function breaches(pod: Pod, nodes: readonly Node[], placed: Placed): readonly string[] {
  const node = placed.get(pod) as Node
  const here = [...placed].filter(([, at]) => at === node).map(([other]) => other)
  const others = [...placed].filter(([other]) => other !== pod)
  const found: string[] = []
  if (here.reduce((total, each) => total + milliOf(each), 0) > Number.parseInt(node.status?.allocatable?.['cpu'] ?? '0', 10))
    found.push('more CPU than there is')
  if (here.length > Number(node.status?.allocatable?.['pods'])) found.push('more pods than there may be')
  if (node.spec?.unschedulable) found.push('cordoned')
  if (node.spec?.taints?.length && !pod.spec.tolerations?.length) found.push('tainted')
  const zone = pod.spec.nodeSelector?.[ZONE]
  if (zone && placeOf(node, ZONE) !== zone) found.push('wrong zone')
  const isSamePlace = (at: Node, key: string) => placeOf(at, key) !== undefined && placeOf(at, key) === placeOf(node, key)
  for (const each of nearTerms(pod)) {
    const company = others.some(([other, at]) => isMeant(each, other) && isSamePlace(at, each.topologyKey))
    const isFirst = isMeant(each, pod) && !others.some(([other, at]) => isMeant(each, other) && placeOf(at, each.topologyKey) !== undefined)
    if (placeOf(node, each.topologyKey) === undefined || (!company && !isFirst)) found.push('far from whom it wants')
  }
  for (const [other, at] of others) {
    if (farTerms(pod).some(each => isMeant(each, other) && isSamePlace(at, each.topologyKey))) found.push('near one it cannot bear')
    if (farTerms(other).some(each => isMeant(each, pod) && isSamePlace(at, each.topologyKey))) found.push('near one who cannot bear it')
  }
  for (const each of pod.spec.topologySpreadConstraints ?? []) {
    if (each.whenUnsatisfiable !== 'DoNotSchedule') continue
    const counted = nodes.filter(at => placeOf(at, each.topologyKey) !== undefined && (!zone || placeOf(at, ZONE) === zone))
    const numberAt = (place: string | undefined) =>
      [...placed].filter(([other, at]) => isMeant(each, other) && counted.includes(at) && placeOf(at, each.topologyKey) === place).length
    const own = isMeant(each, pod) ? 1 : 0
    // The emptiest place is reckoned as it was before the pod came.
    const leastBefore = Math.min(
      ...counted.map(at => {
        const place = placeOf(at, each.topologyKey)
        return numberAt(place) - (place === placeOf(node, each.topologyKey) ? own : 0)
      }),
    )
    if (placeOf(node, each.topologyKey) === undefined) found.push('no place')
    else if (numberAt(placeOf(node, each.topologyKey)) - leastBefore > each.maxSkew) found.push('uneven')
  }
  return found
}

test('nothing is overcommitted, and no hard rule is broken', () => {
  let places = 0
  fc.assert(
    fc.property(cluster, each => {
      run(each, (pod, nodes, placed) => {
        places++
        assert.deepEqual(breaches(pod, nodes, placed), [], pod.metadata.name)
      })
    }),
    { seed: 7, numRuns: CLUSTERS },
  )
  assert(places > CLUSTERS, 'the clusters were too full to say anything')
})
test('the same chance gives the same answer', () => {
  fc.assert(
    fc.property(cluster, each => {
      assert.deepEqual(
        run(each, () => undefined),
        run(each, () => undefined),
      )
    }),
    { seed: 7, numRuns: CLUSTERS },
  )
})
