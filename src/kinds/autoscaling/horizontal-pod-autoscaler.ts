/** HorizontalPodAutoscaler: the number of pods by what is measured. */
import { age } from '#kinds/columns.ts'
import { int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { checkBehavior, checkBounds, checkFromZero, checkMetrics, checkScaled } from './autoscaler-rules.ts'
import { kind, struct } from './group.ts'
import { MetricStatus } from './metric-status.ts'
import { CrossVersionObjectReference, MetricSpec } from './metrics.ts'
import { metricsText } from './metrics-text.ts'
import { HorizontalPodAutoscalerBehavior } from './scaling-behavior.ts'

export class HorizontalPodAutoscalerSpec extends struct(
  {
    scaleTargetRef: field(1, CrossVersionObjectReference, 'What is scaled.', { always: true }),
    minReplicas: field(2, int32, 'The fewest pods.', { explicit: true, default: 1 }),
    maxReplicas: field(3, int32, 'The most pods.', { always: true }),
    metrics: field(4, list(MetricSpec, { listType: 'atomic' }), 'What is measured; the metric that asks for most pods wins.'),
    behavior: field(5, HorizontalPodAutoscalerBehavior, 'How fast the number changes.'),
  },
  {
    fill: draft => {
      if (!draft.metrics?.length)
        draft.metrics = [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_TARGET_PERCENT } } },
        ]
    },
    validate: (spec, at, before) => {
      checkBounds(spec, at)
      checkScaled(spec.scaleTargetRef, at.key('scaleTargetRef'), before?.scaleTargetRef)
      checkMetrics(spec.metrics ?? [], at.key('metrics'))
      checkFromZero(spec.minReplicas, spec.metrics ?? [], at.key('metrics'))
      checkBehavior(spec.behavior, at.key('behavior'))
    },
  },
) {}

export class HorizontalPodAutoscalerCondition extends struct({
  type: field(1, known('ScalingActive', 'AbleToScale', 'ScalingLimited', 'ScaledToZero'), 'Which finding this is.', {
    always: true,
  }),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class HorizontalPodAutoscalerStatus extends struct({
  observedGeneration: field(1, int64, 'The generation of the object that the rest describes.', { explicit: true }),
  lastScaleTime: field(2, time, 'When the number was changed last.'),
  currentReplicas: field(3, int32, 'How many pods there are.'),
  desiredReplicas: field(4, int32, 'How many pods there should be.', { always: true }),
  currentMetrics: field(5, list(MetricStatus, { listType: 'atomic' }), 'What was measured.', { written: true }),
  conditions: field(
    6,
    list(HorizontalPodAutoscalerCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class HorizontalPodAutoscaler extends kind({
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  fields: {
    spec: field(2, HorizontalPodAutoscalerSpec, 'What is wanted.', { always: true }),
    status: field(3, HorizontalPodAutoscalerStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  columns: {
    Reference: ({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
    Targets: ({ spec, status }) => metricsText(spec.metrics, status.currentMetrics ?? []),
    MinPods: ({ spec }) => spec.minReplicas,
    MaxPods: ({ spec }) => spec.maxReplicas,
    Replicas: ({ status }) => status.currentReplicas ?? 0,
    Age: age,
  },
}) {}

/** What is aimed at when nobody says. */
const CPU_TARGET_PERCENT = 80
