/** HorizontalPodAutoscaler: the number of pods by CPU use alone. */
import { checkBounds, checkScaled } from '#kinds/autoscaling/autoscaler-rules.ts'
import { HorizontalPodAutoscaler as HorizontalPodAutoscalerV2 } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import { int32, int64, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { shown, stored } from './conversion.ts'
import { kind, struct } from './group.ts'

export class CrossVersionObjectReference extends struct(
  {
    kind: field(1, string, 'Kind of the object.', { required: true }),
    name: field(2, string, 'Name of the object.', { required: true }),
    apiVersion: field(3, string, 'API version of the object.'),
  },
  { atomic: true },
) {}

export class HorizontalPodAutoscalerSpec extends struct(
  {
    scaleTargetRef: field(1, CrossVersionObjectReference, 'What is scaled.', { always: true }),
    minReplicas: field(2, int32, 'The fewest pods.', { explicit: true, default: 1 }),
    maxReplicas: field(3, int32, 'The most pods.', { always: true }),
    targetCPUUtilizationPercentage: field(4, int32, 'CPU use that is aimed at, in percent of what was requested.', { explicit: true }),
  },
  {
    validate: (spec, at, before) => {
      checkBounds(spec, at)
      checkScaled(spec.scaleTargetRef, at.key('scaleTargetRef'), before?.scaleTargetRef)
      const { targetCPUUtilizationPercentage: cpu } = spec
      if (cpu !== undefined && cpu < 1) at.key('targetCPUUtilizationPercentage').invalid(cpu, 'must be greater than 0')
    },
  },
) {}

export class HorizontalPodAutoscalerStatus extends struct({
  observedGeneration: field(1, int64, 'The generation of the object that the rest describes.', { explicit: true }),
  lastScaleTime: field(2, time, 'When the number was changed last.'),
  currentReplicas: field(3, int32, 'How many pods there are.', { always: true }),
  desiredReplicas: field(4, int32, 'How many pods there should be.', { always: true }),
  currentCPUUtilizationPercentage: field(5, int32, 'CPU use, in percent of what was requested.', { explicit: true }),
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
  columns: Object.fromEntries(
    Object.entries(HorizontalPodAutoscalerV2.options.columns ?? {}).map(([name, column]) => [
      name,
      (object: object, now: number) => {
        const hpa = stored(object) as HorizontalPodAutoscalerV2
        return typeof column === 'function' ? column(hpa, now) : column.cell(hpa, now)
      },
    ]),
  ),
  view: { of: () => HorizontalPodAutoscalerV2, show: shown, store: stored },
}) {}
