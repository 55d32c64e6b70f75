/** Rules by which a pod gets its node. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { enoughNodes, schedule } from './cycle.ts'
import { plugins } from './plugins/index.ts'
import { nodeInfo, type Snapshot } from './snapshot.ts'
import { NO_DEVICES } from './devices/sight.ts'
import { NO_STORAGE } from './storage.ts'

interface NodeParts {
  readonly cpu?: string
  readonly labels?: Record<string, string>
  readonly taints?: readonly object[]
  readonly unschedulable?: boolean
  readonly pods?: readonly Pod[]
  readonly images?: readonly object[]
}
const node = (name: string, { cpu = '2', labels = {}, taints = [], unschedulable = false, pods = [], images = [] }: NodeParts = {}) =>
  nodeInfo(
    {
      metadata: { name, labels },
      spec: { taints, unschedulable },
      status: { allocatable: { cpu, memory: '4Gi', pods: '3' }, images },
    } as unknown as Node,
    pods,
  )
const pod = (spec: object = {}, cpu = '100m', ports: readonly object[] = []) =>
  ({
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'web', resources: { requests: { cpu } }, ports }], ...spec },
    status: {},
  }) as unknown as Pod

const among = (nodes: Snapshot['nodes']): Snapshot => ({
  nodes,
  namespaceLabels: () => ({}),
  nominated: () => [],
  storage: NO_STORAGE,
  devices: NO_DEVICES,
  siblings: () => undefined,
})

/** A term for each list of names; undefined: one that asks for another thing, which all nodes have. */
const named = (...terms: readonly (readonly string[] | undefined)[]) =>
  pod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map(values =>
            values
              ? { matchFields: [{ key: 'metadata.name', operator: 'In', values }] }
              : { matchExpressions: [{ key: 'none', operator: 'DoesNotExist' }] },
          ),
        },
      },
    },
  })
const gpu = { key: 'gpu', value: 'yes', effect: 'NoSchedule' }
const rows: [rule: string, pod: Pod, nodes: readonly ReturnType<typeof node>[], outcome: string][] = [
  ['the only node that fits is taken', pod({}, '1500m'), [node('small', { cpu: '1' }), node('large')], 'large'],
  [
    'requests of pods that are there count',
    pod({}, '1500m'),
    [node('busy', { pods: [pod({}, '1')] })],
    '0/1 nodes are available: 1 Insufficient cpu.',
  ],
  ['the number of pods is limited', pod(), [node('full', { pods: [pod(), pod(), pod()] })], '0/1 nodes are available: 1 Too many pods.'],
  [
    'a resource that no node offers',
    pod({ containers: [{ resources: { requests: { 'example.com/x': '1' } } }] }),
    [node('n')],
    '0/1 nodes are available: 1 Insufficient example.com/x.',
  ],
  ['cordoned nodes are left out', pod(), [node('n', { unschedulable: true })], '0/1 nodes are available: 1 node(s) were unschedulable.'],
  [
    'nodes that the pod does not name are not looked at',
    named(['a', 'gone']),
    [node('a', { unschedulable: true }), node('b'), node('c', { taints: [gpu] })],
    "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
  ],
  ['of several terms each may name another', named(['a'], ['b']), [node('a', { unschedulable: true }), node('b'), node('c')], 'b'],
  ['a term without a name leaves it open', named(['a'], undefined), [node('c')], 'c'],
  ['an unanswered taint repels', pod(), [node('n', { taints: [gpu] })], '0/1 nodes are available: 1 node(s) had untolerated taint(s).'],
  ['an answered taint does not', pod({ tolerations: [{ key: 'gpu', operator: 'Exists' }] }), [node('n', { taints: [gpu] })], 'n'],
  [
    'nodeSelector demands labels',
    pod({ nodeSelector: { disk: 'ssd' } }),
    [node('n')],
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ],
  ['nodeSelector finds its node', pod({ nodeSelector: { disk: 'ssd' } }), [node('a'), node('b', { labels: { disk: 'ssd' } })], 'b'],
  [
    'a host port that is taken',
    pod({}, '1m', [{ containerPort: 80, hostPort: 80 }]),
    [node('n', { pods: [pod({}, '1m', [{ hostPort: 80, containerPort: 1 }])] })],
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  ],
  [
    'the same port on different addresses is free',
    pod({}, '1m', [{ containerPort: 80, hostPort: 80, hostIP: '10.0.0.1' }]),
    [node('n', { pods: [pod({}, '1m', [{ hostPort: 80, containerPort: 1, hostIP: '10.0.0.2' }])] })],
    'n',
  ],
  ['the emptier node is better', pod(), [node('busy', { pods: [pod({}, '1')] }), node('idle')], 'idle'],
  [
    'a node that has the image is better',
    pod(),
    [node('without'), node('with', { images: [{ names: ['docker.io/library/web:latest'], sizeBytes: 900_000_000 }] })],
    'with',
  ],
  [
    'reasons are counted',
    pod({}, '3'),
    [node('a'), node('b'), node('c', { unschedulable: true })],
    '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.',
  ],
  ['without nodes there is no choice', pod(), [], 'no nodes available to schedule pods'],
]
for (const [rule, subject, nodes, outcome] of rows)
  test(rule, () => {
    const decision = schedule(subject, among(nodes), { plugins, chance: 0 })
    assert.equal(decision.node ?? ('message' in decision && decision.message), outcome)
  })

test('chance decides among equals', () => {
  const nodes = [node('a'), node('b')]
  assert.deepEqual(
    [0, 0.99].map(chance => schedule(pod(), among(nodes), { plugins, chance }).node),
    ['a', 'b'],
  )
})

test('in large clusters the search ends when enough nodes are found', () =>
  assert.deepEqual(
    [3, 100, 150, 1_000, 5_000, 10_000].map(all => enoughNodes(all)),
    [3, 100, 100, 420, 500, 500],
  ))
test('wherever it begins, it finds the only node that fits', () => {
  const nodes = Array.from({ length: 200 }, (_, at) => node(`n${at}`, { cpu: at === 7 ? '2' : '1' }))
  for (const chance of [0, 0.03, 0.04, 0.5, 0.99]) assert.equal(schedule(pod({}, '1500m'), among(nodes), { plugins, chance }).node, 'n7')
})
