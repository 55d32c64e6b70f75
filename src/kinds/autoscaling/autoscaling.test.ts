/** Rules, defaults and columns of autoscalers, and the two versions of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { HorizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'
import { HorizontalPodAutoscaler as HorizontalPodAutoscalerV1 } from './v1/horizontal-pod-autoscaler.ts'

const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' }
const hpa: Manifest = { metadata: { name: 'web', namespace: 'default' }, spec: { scaleTargetRef, maxReplicas: 5 } }
const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }

for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  [
    'bounds are in order',
    { 'spec.minReplicas': 6 },
    ['spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`'],
  ],
  [
    'there is a pod to start from',
    { 'spec.minReplicas': 0 },
    [
      'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ],
  ],
  [
    'there is a most',
    { 'spec.maxReplicas': 0, 'spec.minReplicas': undefined },
    [
      'spec.maxReplicas: Required value: must be set and greater than 0',
      'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
    ],
  ],
  [
    'a target is named',
    { 'spec.scaleTargetRef': { kind: 'Deployment', apiVersion: 'apps/v1' } },
    ['spec.scaleTargetRef.name: Required value'],
  ],
  [
    'with its group',
    { 'spec.scaleTargetRef.apiVersion': 'v1' },
    ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
  ],
  ['but for the one that has none', { 'spec.scaleTargetRef': { kind: 'ReplicationController', name: 'web', apiVersion: 'v1' } }, []],
  [
    'a metric has a name that paths can hold',
    { 'spec.metrics': [{ type: 'External', external: { metric: { name: 'a/b' }, target: { type: 'Value', value: '1' } } }] },
    ['spec.metrics[0].external.metric.name: Invalid value: "a/b": may not contain \'/\''],
  ],
  [
    'a metric says what it is',
    { 'spec.metrics': [{ type: 'Pods' }] },
    ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
  ],
  [
    'policies that are there are some',
    { 'spec.behavior': { scaleDown: { policies: [] } } },
    ['spec.behavior.scaleDown.policies: Required value: must specify at least one Policy'],
  ],
  [
    'of several sources the first is looked at',
    { 'spec.metrics': [{ ...cpu, pods: { metric: { name: 'x' }, target: { type: 'AverageValue', averageValue: '0' } } }] },
    [
      'spec.metrics[0].pods.target.averageValue: Invalid value: "0": must be positive',
      'spec.metrics[0].pods: Forbidden: must populate the given metric source only',
    ],
  ],
  [
    'a target says how it is meant',
    { 'spec.metrics': [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Foo', averageUtilization: 5 } } }] },
    ['spec.metrics[0].resource.target.type: Invalid value: "Foo": must be either Utilization, Value, or AverageValue'],
  ],
  [
    'a container is named',
    {
      'spec.metrics': [
        { type: 'ContainerResource', containerResource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } } },
      ],
    },
    ['spec.metrics[0].containerResource.container: Required value: must specify a container'],
  ],
  [
    'one aim',
    { 'spec.metrics': [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization' } } }] },
    ['spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization'],
  ],
  [
    'a window has bounds',
    { 'spec.behavior': { scaleDown: { stabilizationWindowSeconds: 3_601 } } },
    ['spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600'],
  ],
] as const)
  test(`HorizontalPodAutoscaler: ${rule}`, () => assert.deepEqual(causes(HorizontalPodAutoscaler, changed(hpa, changes)), expected))

test('HorizontalPodAutoscaler: 80 % of CPU, from one pod', () => {
  const { spec } = prepared(HorizontalPodAutoscaler, hpa)
  assert.deepEqual([spec.minReplicas, spec.metrics, spec.behavior], [1, [cpu], undefined])
})
test('HorizontalPodAutoscaler: half a behaviour is completed', () => {
  const { spec } = prepared(HorizontalPodAutoscaler, changed(hpa, { 'spec.behavior': { scaleDown: { selectPolicy: 'Disabled' } } }))
  assert.deepEqual(spec.behavior, {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: { selectPolicy: 'Disabled', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  })
})

const external = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } } }
const status = {
  currentReplicas: 2,
  desiredReplicas: 2,
  currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } }],
}
for (const [rule, changes, targets] of [
  ['nothing measured yet', {}, 'cpu: <unknown>/80%'],
  ['measured', { status }, 'cpu: 12%/80%'],
  ['two metrics', { status, 'spec.metrics': [cpu, external] }, 'cpu: 12%/80%, <unknown>/30 (avg)'],
  ['more than two', { 'spec.metrics': [cpu, external, cpu] }, 'cpu: <unknown>/80%, <unknown>/30 (avg) + 1 more...'],
] as const)
  test(`HorizontalPodAutoscaler columns: ${rule}`, () => {
    const object = prepared(HorizontalPodAutoscaler, changed(hpa, changes))
    assert.deepEqual(cells(HorizontalPodAutoscaler, object, 0).Targets, targets)
  })

test('v1 shows CPU as a field and the rest in annotations, and both come back', () => {
  const conditions = [{ type: 'AbleToScale', status: 'True' }]
  const stored = prepared(
    HorizontalPodAutoscaler,
    changed(hpa, { 'spec.metrics': [external, cpu], 'spec.behavior': {}, status: { ...status, conditions } }),
  )
  const view = HorizontalPodAutoscalerV1.options.view
  const shown = view?.show?.(structuredClone(stored)) as Record<string, Record<string, unknown>>
  assert.equal(shown.spec?.targetCPUUtilizationPercentage, 80)
  assert.equal(shown.status?.currentCPUUtilizationPercentage, 12)
  assert.deepEqual(
    JSON.parse(String(prepared(HorizontalPodAutoscalerV1, shown).metadata.annotations['autoscaling.alpha.kubernetes.io/metrics'])),
    [{ type: 'External', external: { metricName: 'queue', targetAverageValue: '30' } }],
  )
  prepared(HorizontalPodAutoscalerV1, shown)
  assert.deepEqual(view?.store?.(shown as never), stored)
})
test('v1 prints the same columns', () => {
  const object = prepared(HorizontalPodAutoscalerV1, changed(hpa, { 'spec.targetCPUUtilizationPercentage': 50 }))
  assert.deepEqual(Object.values(cells(HorizontalPodAutoscalerV1, object, 0)), [
    'Deployment/web',
    'cpu: <unknown>/50%',
    1,
    5,
    0,
    '<unknown>',
  ])
})
