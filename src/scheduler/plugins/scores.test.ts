/** Points that plugins give, weighted; the numbers are those of kube-scheduler 1.36.3 for the same clusters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { Images } from '../images.ts'
import { NO_DEVICES } from '../devices/sight.ts'
import { type NodeInfo, nodeInfo, type Snapshot } from '../snapshot.ts'
import { NO_STORAGE } from '../storage.ts'
import { plugins } from './index.ts'

const MEGABYTE = 1024 * 1024
const asking = (requests: object, more: object = {}) =>
  ({
    metadata: { name: 'p', namespace: 'default', labels: { app: 'a' } },
    spec: { containers: [{ name: 'c', image: 'web', resources: { requests } }], ...more },
    status: {},
  }) as unknown as Pod
const node = (name: string, pods: readonly Pod[] = [], more: { images?: object[]; labels?: object } = {}) =>
  nodeInfo(
    {
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...more.labels } },
      status: { allocatable: { cpu: '4', memory: '4Gi', pods: '9', 'example.com/gpu': '4' }, images: more.images ?? [] },
    } as unknown as Node,
    pods,
  )
const having = (...names: string[]) => ({ images: [{ names, sizeBytes: 500 * MEGABYTE }] })
const one = { cpu: '1', memory: '1Gi' }
const init = (restartPolicy?: string) => ({ initContainers: [{ name: 'i', image: 'x', restartPolicy, resources: {} }] })
const avoiding = (values: readonly string[], weight: number) => ({
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: values.map(value => ({
        weight,
        podAffinityTerm: { labelSelector: { matchLabels: { app: value } }, topologyKey: 'kubernetes.io/hostname' },
      })),
    },
  },
})

const rows: readonly [rule: string, plugin: string, subject: Pod, nodes: readonly NodeInfo[], points: readonly number[]][] = [
  ['what changes nothing of the balance', 'NodeResourcesBalancedAllocation', asking(one), [node('a')], [75]],
  ['what unbalances a node', 'NodeResourcesBalancedAllocation', asking({ cpu: '2' }), [node('a')], [62]],
  ['what balances it again', 'NodeResourcesBalancedAllocation', asking({ memory: '2Gi' }), [node('a', [asking({ cpu: '2' })])], [87]],
  ['what asks for nothing', 'NodeResourcesBalancedAllocation', asking({}), [node('a', [asking(one)])], [0]],
  ['containers without a word are taken for a little', 'NodeResourcesFit', asking({}), [node('a'), node('b', [asking({})])], [96, 92]],
  ['so are init containers', 'NodeResourcesFit', asking(one, init()), [node('a')], [75]],
  ['and sidecars', 'NodeResourcesFit', asking(one, init('Always')), [node('a')], [71]],
  [
    'a pod that is sized as a whole is taken by its containers',
    'NodeResourcesFit',
    asking({}, { resources: { requests: one } }),
    [node('a')],
    [96],
  ],
  ['where it runs, by its size', 'NodeResourcesFit', asking({}), [node('a', [asking({}, { resources: { requests: one } })])], [71]],
  ['half of the nodes have an image', 'ImageLocality', asking({}), [node('a', [], having('web:latest')), node('b')], [23, 0]],
  ['all of them', 'ImageLocality', asking({}), [node('a', [], having('web:latest')), node('b', [], having('web:latest'))], [48, 48]],
  ['under another name it is another image', 'ImageLocality', asking({}), [node('a', [], having('docker.io/library/web:latest'))], [0]],
  [
    'images that are mounted count',
    'ImageLocality',
    asking({}, { volumes: [{ name: 'v', image: { reference: 'data:1' } }] }),
    [node('a', [], having('data:1'))],
    [48],
  ],
  [
    'the size is what was told first',
    'ImageLocality',
    asking({}),
    [node('a', [], having('web:latest')), node('b', [], { images: [{ names: ['web:latest'], sizeBytes: 1 }] })],
    [48, 48],
  ],
  ['distances are cut off', 'InterPodAffinity', asking({}, avoiding(['a'], 29)), [node('a', [asking({})]), node('b')], [0, 200]],
]
const snapshotOf = (nodes: readonly NodeInfo[]): Snapshot => {
  const images = new Images()
  for (const { node: after } of nodes) images.change({ after })
  return {
    nodes,
    namespaceLabels: () => ({}),
    nominated: () => [],
    siblings: () => undefined,
    storage: NO_STORAGE,
    devices: NO_DEVICES,
    images: images.find,
  }
}
for (const [rule, name, subject, nodes, points] of rows)
  test(`${name}: ${rule}`, () => {
    const found = plugins.find(plugin => plugin.name === name)
    assert.ok(found)
    const raw = found.score ? nodes.map(info => found.score?.(subject, info) ?? 0) : found.rank?.(subject, snapshotOf(nodes), nodes)
    const scores = found.normalize && raw ? found.normalize(raw) : raw
    assert.deepEqual(scores?.map(each => each * (found.weight ?? 1)) ?? nodes.map(() => 0), points)
  })
