/** What a configuration makes of the scheduler's decisions. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { readSchedulerConfiguration } from '#kinds/scheduler-configuration/read.ts'
import { enoughNodes, schedule } from './cycle.ts'
import { shapeScore } from './plugins/node-resources-fit.ts'
import { profilesOf } from './profile.ts'
import { nodeInfo, type Snapshot } from './snapshot.ts'
import { NO_DEVICES } from './devices/sight.ts'
import { NO_STORAGE } from './storage.ts'

const HEAD = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n'
const profileOf = (profile: string) => {
  const found = profilesOf(readSchedulerConfiguration(`${HEAD}profiles: [${profile}]`)).get('default-scheduler')
  assert(found)
  return found
}
const args = (plugin: string, text: string) => `{pluginConfig: [{name: ${plugin}, args: ${text}}]}`

interface Parts {
  readonly labels?: Record<string, string>
  readonly pods?: readonly Pod[]
  readonly unschedulable?: boolean
}
const node = (name: string, { labels = {}, pods = [], unschedulable = false }: Parts = {}) =>
  nodeInfo(
    {
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
      spec: { unschedulable },
      status: { allocatable: { cpu: '4', memory: '4Gi', pods: '9' } },
    } as unknown as Node,
    pods,
  )
const pod = (spec: object = {}, requests: object = { cpu: '1', memory: '1Gi' }) =>
  ({
    metadata: { name: 'p', namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests } }], ...spec },
    status: {},
  }) as unknown as Pod
const placed = pod()
function where(profile: string, subject: Pod, nodes: readonly ReturnType<typeof node>[]): string {
  const snapshot: Snapshot = {
    nodes,
    namespaceLabels: () => ({}),
    nominated: () => [],
    storage: NO_STORAGE,
    devices: NO_DEVICES,
    images: () => undefined,
    siblings: () => ({ matchLabels: { app: 'web' } }),
  }
  const decision = schedule(subject, snapshot, { ...profileOf(profile), chance: 0 })
  return decision.node ?? ('message' in decision ? decision.message : '')
}
const busy = node('busy', { pods: [placed] })
const idle = node('idle')
const affinity = (key: string, kind: 'required' | 'preferred') =>
  kind === 'required'
    ? `{requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: ${key}, operator: Exists}]}]}}`
    : `{preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: {matchExpressions: [{key: ${key}, operator: Exists}]}}]}`
const packing = (strategy: string) =>
  `{plugins: {score: {disabled: [{name: '*'}], enabled: [{name: NodeResourcesFit}]}}, pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: ${strategy}}}]}`
const spreading = (more: string) =>
  args(
    'PodTopologySpread',
    `{defaultingType: List, defaultConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ${more}}]}`,
  )
const near = (topologyKey: string, weight: number) => ({
  affinity: {
    podAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight, podAffinityTerm: { topologyKey, labelSelector: { matchLabels: { app: 'web' } } } },
      ],
    },
  },
})
const rows: readonly [rule: string, is: string, wanted: string][] = [
  ['without anything said, the emptier node', where('{}', pod(), [busy, idle]), 'idle'],
  ['MostAllocated fills nodes up', where(packing('{type: MostAllocated}'), pod(), [idle, busy]), 'busy'],
  [
    'a shape says what is good',
    where(
      packing(
        '{type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]}}',
      ),
      pod(),
      [idle, busy],
    ),
    'busy',
  ],
  [
    'a plugin that is left out rules nothing out',
    where('{plugins: {multiPoint: {disabled: [{name: NodeUnschedulable}]}}}', pod(), [node('n', { unschedulable: true })]),
    'n',
  ],
  [
    'or only compares',
    where('{plugins: {filter: {disabled: [{name: NodeUnschedulable}]}}}', pod(), [node('n', { unschedulable: true })]),
    'n',
  ],
  [
    'what is enabled at a point counts though all are disabled',
    where('{plugins: {multiPoint: {disabled: [{name: "*"}]}, filter: {enabled: [{name: NodeUnschedulable}]}}}', pod(), [
      node('n', { unschedulable: true }),
    ]),
    '0/1 nodes are available: 1 node(s) were unschedulable.',
  ],
  [
    'weights decide between plugins',
    where('{plugins: {score: {enabled: [{name: InterPodAffinity, weight: 90}]}}}', pod(near('kubernetes.io/hostname', 1)), [idle, busy]),
    'busy',
  ],
  [
    'resources may be ignored',
    where(args('NodeResourcesFit', '{ignoredResourceGroups: [example.com]}'), pod({}, { 'example.com/x': '1' }), [idle]),
    'idle',
  ],
  [
    'but not those of Kubernetes',
    where(args('NodeResourcesFit', '{ignoredResources: [cpu]}'), pod({}, { cpu: '9' }), [idle]),
    '0/1 nodes are available: 1 Insufficient cpu.',
  ],
  [
    'an added affinity holds for all',
    where(args('NodeAffinity', `{addedAffinity: ${affinity('ssd', 'required')}}`), pod(), [idle]),
    "0/1 nodes are available: 1 node(s) didn't match scheduler-enforced node affinity.",
  ],
  [
    'or is preferred by all',
    where(args('NodeAffinity', `{addedAffinity: ${affinity('ssd', 'preferred')}}`), pod(), [
      idle,
      node('fast', { labels: { ssd: '' }, pods: [placed] }),
    ]),
    'fast',
  ],
  [
    'default constraints may be hard',
    where(spreading('DoNotSchedule'), pod(), [busy, node('n', { unschedulable: true })]),
    "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable.",
  ],
  ['or soft', where(spreading('ScheduleAnyway'), pod(), [busy, idle]), 'idle'],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.equal(is, wanted))

test('required affinities of others count as much as is said', () => {
  const loving = pod({
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
        ],
      },
    },
  })
  const choice = (weight: number) =>
    where(args('InterPodAffinity', `{hardPodAffinityWeight: ${weight}}`), pod(), [idle, node('loving', { pods: [loving] })])
  assert.deepEqual([choice(0), choice(100)], ['idle', 'loving'])
})
test('a shape is straight between its points', () => {
  const shape = [
    { utilization: 20, score: 0 },
    { utilization: 60, score: 10 },
    { utilization: 80, score: 5 },
  ]
  assert.deepEqual(
    [0, 20, 40, 60, 70, 80, 100].map(use => shapeScore(shape, use)),
    [0, 0, 50, 100, 75, 50, 50],
  )
})
test('a percentage ends the search, but never before a hundred nodes', () =>
  assert.deepEqual([enoughNodes(1_000, 20), enoughNodes(1_000, 5), enoughNodes(1_000, 100), enoughNodes(50, 5)], [200, 100, 1_000, 50]))
test('without DefaultPreemption nobody has to go', () =>
  assert.deepEqual(
    ['{}', '{plugins: {postFilter: {disabled: [{name: DefaultPreemption}]}}}'].map(profile => profileOf(profile).preempts),
    [true, false],
  ))
test('each profile answers to its own name', () => {
  const profiles = profilesOf(
    readSchedulerConfiguration(
      `${HEAD}percentageOfNodesToScore: 30\nprofiles: [{schedulerName: a}, {schedulerName: b, percentageOfNodesToScore: 7}]`,
    ),
  )
  assert.deepEqual(
    [...profiles.values()].map(({ name, percentageOfNodesToScore }) => [name, percentageOfNodesToScore]),
    [
      ['a', 30],
      ['b', 7],
    ],
  )
})
