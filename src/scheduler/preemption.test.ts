/** Rules by which pods have to go for more important ones. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodDisruptionBudget } from '#kinds/policy/pod-disruption-budget.ts'
import { schedule } from './cycle.ts'
import { plugins } from './plugins/index.ts'
import { preempt } from './preemption.ts'
import { nodeInfo, type NodeInfo, type Snapshot } from './snapshot.ts'
import { NO_DEVICES } from './devices/sight.ts'
import { NO_STORAGE } from './storage.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 0, 1)
interface Parts {
  readonly cpu?: string
  readonly startedHour?: number
  readonly labels?: Record<string, string>
  readonly spec?: object
  readonly status?: object
  readonly isTerminating?: boolean
}
const pod = (
  name: string,
  priority: number,
  { cpu = '1', startedHour = 0, labels = {}, spec = {}, status = {}, isTerminating }: Parts = {},
) =>
  ({
    metadata: {
      name,
      uid: name,
      namespace: 'default',
      labels,
      ...(isTerminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { priority, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }], ...spec },
    status: { startTime: new Date(START + startedHour * HOUR_MS).toISOString(), ...status },
  }) as unknown as Pod
const node = (name: string, pods: readonly Pod[], spec: object = {}) =>
  nodeInfo(
    {
      metadata: { name, labels: { 'kubernetes.io/hostname': name } },
      spec,
      status: { allocatable: { cpu: '2', memory: '8Gi', pods: '99' } },
    } as unknown as Node,
    pods,
  )
const budget = (app: string, disruptionsAllowed: number) =>
  ({
    metadata: { name: app, namespace: 'default' },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed },
  }) as unknown as PodDisruptionBudget
const disrupted = { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] }
const evenly = {
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { app: 'web' } },
    },
  ],
}
const refuted = { conditions: [{ type: 'DisruptionTarget', status: 'False', reason: 'PreemptionByScheduler' }] }
const repelling = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
}
const butWeb = {
  ...budget('db', 0),
  spec: { selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } },
} as unknown as PodDisruptionBudget
const keptWeb = { budgets: [budget('web', 0)] }
const web = { labels: { app: 'web' } }

interface More {
  readonly budgets?: readonly PodDisruptionBudget[]
  readonly nominated?: readonly Pod[]
}
const none = (reason: string) => ` no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${reason}.`
const rows: [rule: string, pod: Pod, nodes: readonly NodeInfo[], outcome: string, more?: More][] = [
  ['the less important goes', pod('p', 10), [node('a', [pod('x', 1), pod('y', 20)])], 'a: x'],
  [
    'equally important pods stay',
    pod('p', 10),
    [node('a', [pod('x', 10), pod('y', 20)])],
    none('No preemption victims found for incoming pod'),
  ],
  ['no more go than needed, the least important first', pod('p', 10), [node('a', [pod('x', 1), pod('y', 2)])], 'a: x'],
  ['of equals the one that came last goes', pod('p', 10), [node('a', [pod('x', 1, { startedHour: 1 }), pod('y', 1)])], 'a: x'],
  ['all go when all are needed', pod('p', 10, { cpu: '2' }), [node('a', [pod('x', 1), pod('y', 2)])], 'a: y x'],
  ['when evicting all is not enough', pod('p', 10, { cpu: '2' }), [node('a', [pod('x', 1), pod('y', 20)])], none('Insufficient cpu')],
  ['what the node never has', pod('p', 10, { cpu: '3' }), [node('a', [pod('x', 1)])], none('Preemption is not helpful for scheduling')],
  [
    'cordoned nodes are not cleared',
    pod('p', 10),
    [node('a', [pod('x', 1)], { unschedulable: true })],
    none('Preemption is not helpful for scheduling'),
  ],
  [
    'a pod that never preempts',
    pod('p', 10, { spec: { preemptionPolicy: 'Never' } }),
    [node('a', [pod('x', 1), pod('y', 1)])],
    ' no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  ],
  [
    'a pod for which room is being made waits',
    pod('p', 10, { status: { nominatedNodeName: 'a' } }),
    [node('a', [pod('x', 1, { isTerminating: true, status: disrupted }), pod('y', 1)])],
    ' no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.',
  ],
  [
    'but not when others said that it has to go',
    pod('p', 10, { status: { nominatedNodeName: 'a' } }),
    [node('a', [pod('x', 1, { isTerminating: true, status: refuted }), pod('y', 1)])],
    'a: y',
  ],
  ['who has not begun yet goes first', pod('p', 10), [node('a', [pod('x', 1, { status: { startTime: undefined } }), pod('y', 1)])], 'a: x'],
  [
    'budgets do not look at pods without labels',
    pod('p', 10),
    [node('a', [pod('x', 1), pod('y', 1, { startedHour: 1, labels: { app: 'db' } })])],
    'a: x',
    { budgets: [butWeb] },
  ],
  ['who repels goes', pod('p', 10, { cpu: '0', ...web }), [node('a', [pod('x', 1, { spec: repelling }), pod('y', 1)])], 'a: x'],
  ['whom the pod cannot bear goes', pod('p', 10, { cpu: '0', spec: repelling }), [node('a', [pod('x', 1, web), pod('y', 1)])], 'a: x'],
  ['a budget keeps its pods', pod('p', 10), [node('a', [pod('x', 1, web), pod('y', 2)])], 'a: y', keptWeb],
  ['but not against need', pod('p', 10, { cpu: '2' }), [node('a', [pod('x', 1, web), pod('y', 2)])], 'a: y x', keptWeb],
  ['a budget with room keeps none', pod('p', 10), [node('a', [pod('x', 1, web), pod('y', 2)])], 'a: x', { budgets: [budget('web', 1)] }],
  [
    'rather a node where no budget is violated',
    pod('p', 10),
    [node('a', [pod('w', 20), pod('x', 1, web)]), node('b', [pod('v', 20), pod('y', 9)])],
    'b: y',
    keptWeb,
  ],
  [
    'then where the highest victim is lowest',
    pod('p', 10),
    [node('a', [pod('w', 20), pod('x', 3)]), node('b', [pod('v', 20), pod('y', 2)])],
    'b: y',
  ],
  [
    'then where fewer go',
    pod('p', 10, { cpu: '2' }),
    [node('a', [pod('w', 1), pod('x', 1)]), node('b', [pod('y', 1, { cpu: '2' })])],
    'b: y',
  ],
  [
    'then where they came later',
    pod('p', 10),
    [node('a', [pod('w', 20), pod('x', 1)]), node('b', [pod('v', 20), pod('y', 1, { startedHour: 1 })])],
    'b: y',
  ],
  [
    'room that is being made for another one is not taken',
    pod('p', 10),
    [node('a', [pod('y', 20)])],
    none('No preemption victims found for incoming pod'),
    { nominated: [pod('n', 10)] },
  ],
  ['but for one that is less important', pod('p', 10), [node('a', [pod('y', 20)])], 'fits on a', { nominated: [pod('n', 9)] }],
  [
    'a pod on its way out counts for the spread where it would go from, as it does upstream',
    pod('p', 10, { cpu: '0', ...web, spec: evenly }),
    [node('a', [pod('w', 20, web), pod('x', 1, { ...web, isTerminating: true })]), node('b', [], { unschedulable: true })],
    'a: x',
  ],
  [
    'room that was made is taken, even if others were better',
    pod('p', 10, { status: { nominatedNodeName: 'a' } }),
    [node('b', []), node('a', [pod('y', 20)])],
    'fits on a',
  ],
]
for (const [rule, subject, nodes, outcome, { budgets = [], nominated = [] } = {}] of rows)
  test(rule, () => {
    const snapshot: Snapshot = {
      nodes,
      namespaceLabels: () => ({}),
      nominated: () => nominated,
      storage: NO_STORAGE,
      devices: NO_DEVICES,
      images: () => undefined,
      siblings: () => undefined,
    }
    const decision = schedule(subject, snapshot, { plugins, chance: 0 })
    if (decision.node !== undefined) return assert.equal(`fits on ${decision.node}`, outcome)
    const made = preempt(subject, { snapshot, refused: decision, plugins, budgets, word: 'no new claims to deallocate' })
    assert.equal(
      made.node === undefined ? made.message : `${made.node}: ${made.pods.map(({ metadata }) => metadata.name).join(' ')}`,
      outcome,
    )
  })
