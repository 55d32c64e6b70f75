/** Pods that heed each other, in a whole control plane with simulated nodes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Pod } from '#kinds/core/pod.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { once, readyNamespace, refusalOf } from './fixture.ts'

let cluster: TestCluster
before(async () => (cluster = await startTestCluster({ simulatedNodes: 2 })))
after(() => cluster?.[Symbol.asyncDispose]())

const labels = { app: 'web' }
const labelSelector = { matchLabels: labels }
const topologyKey = 'kubernetes.io/hostname'
const create = (namespace: string, name: string, spec: object) =>
  cluster.client.create(Pod, {
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'c', image: 'i' }], terminationGracePeriodSeconds: 0, ...spec },
  } as unknown as Partial<Pod>)
const shown = (namespace: string, until: (pods: readonly Pod[]) => boolean) => once(cluster, Pod, { namespace, until })
const nodesOf = (pods: readonly Pod[]) => new Set(pods.map(({ spec }) => spec.nodeName).filter(Boolean))

test('pods that cannot bear each other take a node each; the third waits until one of them goes', { timeout: 120_000 }, async () => {
  const namespace = await readyNamespace(cluster, 'apart')
  const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey }] } } }
  for (const name of ['one', 'two']) await create(namespace, name, apart)
  assert.equal(nodesOf(await shown(namespace, pods => nodesOf(pods).size === 2)).size, 2)
  await create(namespace, 'three', apart)
  const pods = await shown(namespace, list => refusalOf(list, 'three') !== undefined)
  assert.match(refusalOf(pods, 'three') ?? '', /^0\/2 nodes are available: 2 node\(s\) didn't match pod anti-affinity rules\./)
  await cluster.client.delete(Pod, { namespace, name: 'one' })
  const left = await shown(namespace, list => list.length === 2 && list.every(({ spec }) => spec.nodeName))
  assert.equal(nodesOf(left).size, 2)
})
test('pods are spread evenly', { timeout: 120_000 }, async () => {
  const namespace = await readyNamespace(cluster, 'spread')
  const topologySpreadConstraints = [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector }]
  for (const name of ['a', 'b', 'c', 'd']) await create(namespace, name, { topologySpreadConstraints })
  const pods = await shown(namespace, list => list.length === 4 && list.every(({ spec }) => spec.nodeName))
  const counts = [...nodesOf(pods)].map(node => pods.filter(({ spec }) => spec.nodeName === node).length)
  assert.deepEqual(counts, [2, 2])
})
test('one that wants company waits for it', { timeout: 120_000 }, async () => {
  const namespace = await readyNamespace(cluster, 'near')
  const wanted = { matchLabels: { app: 'database' } }
  const near = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: wanted, topologyKey }] } }
  await create(namespace, 'web', { affinity: near })
  const pods = await shown(namespace, list => refusalOf(list, 'web') !== undefined)
  assert.match(refusalOf(pods, 'web') ?? '', /^0\/2 nodes are available: 2 node\(s\) didn't match pod affinity rules\./)
  await cluster.client.create(Pod, {
    metadata: { name: 'database', namespace, labels: wanted.matchLabels },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  } as unknown as Partial<Pod>)
  assert.equal(nodesOf(await shown(namespace, list => list.length === 2 && list.every(({ spec }) => spec.nodeName))).size, 1)
})
