/** Which pods a metric sees, what it proposes, and what the autoscaler makes of it. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import type { MetricTarget } from '#kinds/autoscaling/metrics.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodMetrics } from '#kinds/metrics/pod-metrics.ts'
import { begun, decide, type History, isByMetrics } from './decide.ts'
import { figuresOf, type Measured, requestOf, useOf } from './figures.ts'
import { type Finding, resourceFinding, valueFinding } from './finding.ts'

const now = Date.parse('2030-01-01T01:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()
const measured = (value: number, at = now): Measured => ({ value, at, windowMs: 15_000 })

interface Told {
  readonly name?: string
  readonly phase?: string
  readonly ready?: 'True' | 'False'
  /** Seconds ago. */
  readonly started?: number
  readonly turned?: number
  readonly deleted?: boolean
  readonly requests?: object
}
const pod = ({
  name = 'p',
  phase = 'Running',
  ready = 'True',
  started = 3600,
  turned = 3600,
  deleted,
  requests = { cpu: '100m' },
}: Told = {}): Pod =>
  ({
    metadata: { name, ...(deleted && { deletionTimestamp: ago(1) }) },
    spec: { containers: [{ name: 'c', resources: { requests } }] },
    status: { phase, startTime: ago(started), conditions: [{ type: 'Ready', status: ready, lastTransitionTime: ago(turned) }] },
  }) as unknown as Pod

const seen = (told: Told, found: Measured | null = measured(50), isCpu = true) => {
  const figures = figuresOf([pod(told)], new Map(found ? [['p', found]] : []), { isCpu, now })
  return figures.usage.has('p') ? 'measured' : figures.unready.has('p') ? 'unready' : figures.missing.has('p') ? 'missing' : 'not there'
}
const sights: readonly [rule: string, is: string, wanted: string][] = [
  ['a pod that has long been ready is measured', seen({}), 'measured'],
  ['one without a figure is missing', seen({}, null), 'missing'],
  ['one that is being deleted is not there', seen({ deleted: true }), 'not there'],
  ['nor is one that failed', seen({ phase: 'Failed' }), 'not there'],
  ['one that is pending does not count yet', seen({ phase: 'Pending' }, null), 'unready'],
  ['a young one that is not ready does not count', seen({ started: 60, turned: 50, ready: 'False' }), 'unready'],
  ['a young one whose figure is from before it became ready neither', seen({ started: 60, turned: 10 }), 'unready'],
  ['a young one with a figure from after that counts', seen({ started: 60, turned: 30 }), 'measured'],
  ['an old one that was never ready does not count', seen({ started: 3600, turned: 3590, ready: 'False' }), 'unready'],
  ['an old one that was ready once counts', seen({ started: 3600, turned: 60, ready: 'False' }), 'measured'],
  ['none of that matters for memory', seen({ started: 60, turned: 10, ready: 'False' }, measured(50), false), 'measured'],
]
for (const [rule, is, wanted] of sights) test(rule, () => assert.equal(is, wanted))

const metrics = (containers: readonly object[]) =>
  [{ metadata: { name: 'p' }, timestamp: '2030-01-01T01:00:00Z', window: '15s', containers }] as unknown as PodMetrics[]
const both = metrics([
  { name: 'a', usage: { cpu: '100m' } },
  { name: 'b', usage: { cpu: '1n', memory: '1Ki' } },
])
const uses: readonly [rule: string, is: ReadonlyMap<string, Measured>, wanted: ReadonlyMap<string, Measured>][] = [
  ['the use of a pod is that of its containers, rounded up', useOf(both, 'cpu'), new Map([['p', measured(101)]])],
  ['or that of one of them', useOf(both, 'cpu', 'a'), new Map([['p', measured(100)]])],
  ['a pod of which a part is not known is left out', useOf(both, 'memory'), new Map()],
  ['and one without the container', useOf(both, 'cpu', 'x'), new Map()],
]
for (const [rule, is, wanted] of uses) test(rule, () => assert.deepEqual(is, wanted))

test('a container that requests nothing has no utilization', () =>
  assert.throws(() => requestOf(pod({ requests: {} }), 'cpu'), /^Error: missing request for cpu in container c of Pod p$/))

const utilization = (averageUtilization: number) => ({ type: 'Utilization', averageUtilization }) as MetricTarget
const workload = { replicas: 1, there: 1, pods: [pod()], now }
test('utilization is a share of the requests', () => {
  const finding = resourceFinding({ name: 'cpu', target: utilization(50) }, new Map([['p', measured(150)]]), workload)
  const current = { averageUtilization: 150, averageValue: '150m' }
  assert.deepEqual(finding, {
    replicas: 3,
    name: 'cpu resource utilization (percentage of request)',
    status: { type: 'Resource', resource: { name: 'cpu', current } },
  })
})
const wholly = (requests: object) => ({ ...pod(), spec: { ...pod().spec, resources: { requests } } }) as unknown as Pod
test('a pod that is sized as a whole asks for that, and for what its containers ask beside it', () =>
  assert.deepEqual([requestOf(wholly({ cpu: '300m' }), 'cpu'), requestOf(wholly({ memory: '1Gi' }), 'cpu')], [300, 100]))
test('or for nothing', () =>
  assert.throws(() => requestOf(wholly({ cpu: '300m' }), 'memory'), /^Error: missing pod-level request for memory in Pod p$/))
test('without a figure there is no proposal', () =>
  assert.throws(
    () => resourceFinding({ name: 'cpu', target: utilization(50) }, new Map(), workload),
    /did not receive metrics for targeted pods/,
  ))
test('a value from outside is shared by the pods', () => {
  const target = { type: 'AverageValue', averageValue: '10' } as MetricTarget
  const status = (current: object) => ({ type: 'External', external: { metric: { name: 'm' }, current } }) as never
  assert.deepEqual(valueFinding({ name: 'm', target, status }, 35_000, { ...workload, there: 2 }), {
    replicas: 4,
    name: 'm',
    status: status({ averageValue: '17500m' }),
  })
})

const proposed = (replicas: number): Finding => ({
  replicas,
  name: 'cpu',
  status: { type: 'Resource', resource: { name: 'cpu', current: {} } },
})
const failed: Finding = { failed: 'FailedGetResourceMetric', message: 'no', amongOthers: 'cpu: no' }
const spec = { minReplicas: 2, maxReplicas: 5 } as HorizontalPodAutoscaler['spec']
function decided(current: number, findings: readonly Finding[], past: History = { proposals: [], changes: [] }) {
  const { rescale, conditions, complaints } = decide({ spec, status: {} as never, generation: undefined, current, findings, past, now })
  return {
    to: rescale && `${rescale.replicas}: ${rescale.reason}`,
    conditions: conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    complaints: complaints.map(({ reason }) => reason),
  }
}
const ABLE = 'AbleToScale True SucceededGetScale'
const ACTIVE = 'ScalingActive True ValidMetricFound'
const READY = 'AbleToScale True ReadyForNewScale'
const decisions: readonly [rule: string, is: object, wanted: object][] = [
  ['zero pods switch it off', decided(0, []), { to: undefined, conditions: [ABLE, 'ScalingActive False ScalingDisabled'], complaints: [] }],
  [
    'too many are too many',
    decided(9, []),
    { to: '5: Current number of replicas above Spec.MaxReplicas', conditions: [ABLE], complaints: [] },
  ],
  [
    'too few are too few',
    decided(1, []),
    { to: '2: Current number of replicas below Spec.MinReplicas', conditions: [ABLE], complaints: [] },
  ],
  [
    'the metric that asks for most pods wins',
    decided(2, [proposed(3), proposed(4)]),
    { to: '4: cpu above target', conditions: [READY, ACTIVE, 'ScalingLimited False DesiredWithinRange'], complaints: [] },
  ],
  [
    'up to the most',
    decided(3, [proposed(8)]),
    { to: '5: cpu above target', conditions: [READY, ACTIVE, 'ScalingLimited True TooManyReplicas'], complaints: [] },
  ],
  [
    'an autoscaler that is new shrinks nothing at once',
    decided(4, [proposed(3)], begun(4, now)),
    {
      to: undefined,
      conditions: ['AbleToScale True ScaleDownStabilized', ACTIVE, 'ScalingLimited False DesiredWithinRange'],
      complaints: [],
    },
  ],
  [
    'a metric that fails does not keep it from growing',
    decided(2, [failed, proposed(3)]),
    {
      to: '3: cpu above target',
      conditions: [READY, ACTIVE, 'ScalingLimited False DesiredWithinRange'],
      complaints: ['FailedGetResourceMetric'],
    },
  ],
  [
    'but from shrinking',
    decided(4, [failed, proposed(3)]),
    {
      to: undefined,
      conditions: [ABLE, 'ScalingActive False FailedGetResourceMetric'],
      complaints: ['FailedGetResourceMetric', 'FailedComputeMetricsReplicas'],
    },
  ],
]
for (const [rule, is, wanted] of decisions) test(rule, () => assert.deepEqual(is, wanted))
test('metrics have a say between the fewest and the most', () =>
  assert.deepEqual(
    [0, 1, 2, 5, 6].map(current => isByMetrics(spec, current)),
    [false, false, true, true, false],
  ))
