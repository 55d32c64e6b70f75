/** Rules by which a pod gets its node. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { enoughNodes, noteOf, schedule } from './cycle.ts'
import { Images } from './images.ts'
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

const imagesOf = (nodes: Snapshot['nodes']) => {
  const images = new Images()
  for (const { node: after } of nodes) images.change({ after })
  return images.find
}
const among = (nodes: Snapshot['nodes']): Snapshot => ({
  nodes,
  namespaceLabels: () => ({}),
  nominated: () => [],
  storage: NO_STORAGE,
  devices: NO_DEVICES,
  images: imagesOf(nodes),
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
const restartingAll = {
  containers: [{ name: 'c', restartPolicy: 'Never', restartPolicyRules: [{ action: 'RestartAllContainers' }] }],
}
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
    [node('without'), node('with', { images: [{ names: ['web:latest'], sizeBytes: 900_000_000 }] })],
    'with',
  ],
  [
    'terms that contradict themselves',
    pod({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchFields: ['a', 'b'].map(name => ({ key: 'metadata.name', operator: 'In', values: [name] })) }],
          },
        },
      },
    }),
    [node('a')],
    '0/1 nodes are available: pod affinity terms conflict.',
  ],
  [
    'what a node must be able to do is asked last',
    pod({ ...restartingAll, topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }),
    [node('a'), node('b', { labels: { zone: 'x' } })],
    "0/2 nodes are available: 1 node(s) didn't match Pod's required features, 1 node(s) didn't match pod topology spread constraints (missing required label).",
  ],
  [
    'ports of init containers that end are nobody else’s loss',
    pod({}, '1m', [{ containerPort: 80, hostPort: 80 }]),
    [node('n', { pods: [pod({ initContainers: [{ name: 'i', ports: [{ containerPort: 80, hostPort: 80 }] }] })] })],
    'n',
  ],
  [
    'those of sidecars are',
    pod({}, '1m', [{ containerPort: 80, hostPort: 80 }]),
    [
      node('n', {
        pods: [pod({ initContainers: [{ name: 'i', restartPolicy: 'Always', ports: [{ containerPort: 80, hostPort: 80 }] }] })],
      }),
    ],
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  ],
  [
    'numbers beyond 64 bits are none',
    pod({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'size', operator: 'Gt', values: ['1'] }] }],
          },
        },
      },
    }),
    [node('a', { labels: { size: '9223372036854775808' } }), node('b', { labels: { size: '9223372036854775807' } })],
    'b',
  ],
  [
    'a promised node that disappoints is told of, and its plugin among those that left nodes out',
    { ...named(['b']), status: { nominatedNodeName: 'a' } },
    [node('a', { taints: [gpu] }), node('b', { unschedulable: true }), node('c')],
    "0/3 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity TaintToleration], 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable.",
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

test('the answer for one pod is not given to another that needs more of the node', () => {
  const nodes = [node('a')]
  assert.equal(schedule(pod(), among(nodes), { plugins, chance: 0 }).node, 'a')
  assert.equal(schedule(pod(restartingAll, '100m'), among(nodes), { plugins, chance: 0 }).node, undefined)
})
test('which plugins are waited for: also those that left no node out, and none without nodes', () => {
  const told = (nodes: Snapshot['nodes']) => {
    const decision = schedule(named(['a']), among(nodes), { plugins, chance: 0 })
    return decision.node === undefined && decision.plugins
  }
  assert.deepEqual(told([node('a', { unschedulable: true })]), ['NodeAffinity', 'NodeUnschedulable'])
  assert.deepEqual(told([]), [])
})

test('a message that no event can hold is cut off', () => {
  assert.equal(noteOf('x'.repeat(1024)).length, 1024)
  assert.equal(noteOf('x'.repeat(1025)), `${'x'.repeat(1020)} ...`)
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
