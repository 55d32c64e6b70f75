/** HorizontalPodAutoscaler: ?file autoscaling/horizontal-pod-autoscaler. */
import { int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { MetricStatus } from './metric-status.ts'
import { CrossVersionObjectReference, MetricSpec } from './metrics.ts'
import { HorizontalPodAutoscalerBehavior } from './scaling-behavior.ts'

export class HorizontalPodAutoscalerSpec extends struct({
  scaleTargetRef: field(1, CrossVersionObjectReference, '?HorizontalPodAutoscalerSpec.scaleTargetRef', { always: true }),
  minReplicas: field(2, int32, '?HorizontalPodAutoscalerSpec.minReplicas', { explicit: true }),
  maxReplicas: field(3, int32, '?HorizontalPodAutoscalerSpec.maxReplicas', { always: true }),
  metrics: field(4, list(MetricSpec, { listType: 'atomic' }), '?HorizontalPodAutoscalerSpec.metrics'),
  behavior: field(5, HorizontalPodAutoscalerBehavior, '?HorizontalPodAutoscalerSpec.behavior'),
}) {}

export class HorizontalPodAutoscalerCondition extends struct({
  type: field(1, known('ScalingActive', 'AbleToScale', 'ScalingLimited', 'ScaledToZero'), '?HorizontalPodAutoscalerCondition.type', {
    always: true,
  }),
  status: field(2, known('True', 'False', 'Unknown'), '?HorizontalPodAutoscalerCondition.status', { always: true }),
  lastTransitionTime: field(3, time, '?HorizontalPodAutoscalerCondition.lastTransitionTime'),
  reason: field(4, string, '?HorizontalPodAutoscalerCondition.reason'),
  message: field(5, string, '?HorizontalPodAutoscalerCondition.message'),
}) {}

export class HorizontalPodAutoscalerStatus extends struct({
  observedGeneration: field(1, int64, '?HorizontalPodAutoscalerStatus.observedGeneration', { explicit: true }),
  lastScaleTime: field(2, time, '?HorizontalPodAutoscalerStatus.lastScaleTime'),
  currentReplicas: field(3, int32, '?HorizontalPodAutoscalerStatus.currentReplicas'),
  desiredReplicas: field(4, int32, '?HorizontalPodAutoscalerStatus.desiredReplicas', { always: true }),
  currentMetrics: field(5, list(MetricStatus, { listType: 'atomic' }), '?HorizontalPodAutoscalerStatus.currentMetrics', { written: true }),
  conditions: field(
    6,
    list(HorizontalPodAutoscalerCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?HorizontalPodAutoscalerStatus.conditions',
  ),
}) {}

export class HorizontalPodAutoscaler extends kind({
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, HorizontalPodAutoscalerSpec, '?HorizontalPodAutoscaler.spec', { always: true }),
    status: field(3, HorizontalPodAutoscalerStatus, '?HorizontalPodAutoscaler.status', { written: true }),
  },
  subresources: { status: true },
}) {}
