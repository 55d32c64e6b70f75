/** HorizontalPodAutoscaler: ?file autoscaling/v1/horizontal-pod-autoscaler. */
import { int32, int64, string, time } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class CrossVersionObjectReference extends struct({
  kind: field(1, string, '?CrossVersionObjectReference.kind', { required: true }),
  name: field(2, string, '?CrossVersionObjectReference.name', { required: true }),
  apiVersion: field(3, string, '?CrossVersionObjectReference.apiVersion'),
}) {}

export class HorizontalPodAutoscalerSpec extends struct({
  scaleTargetRef: field(1, CrossVersionObjectReference, '?HorizontalPodAutoscalerSpec.scaleTargetRef', { always: true }),
  minReplicas: field(2, int32, '?HorizontalPodAutoscalerSpec.minReplicas', { explicit: true }),
  maxReplicas: field(3, int32, '?HorizontalPodAutoscalerSpec.maxReplicas', { always: true }),
  targetCPUUtilizationPercentage: field(4, int32, '?HorizontalPodAutoscalerSpec.targetCPUUtilizationPercentage', { explicit: true }),
}) {}

export class HorizontalPodAutoscalerStatus extends struct({
  observedGeneration: field(1, int64, '?HorizontalPodAutoscalerStatus.observedGeneration', { explicit: true }),
  lastScaleTime: field(2, time, '?HorizontalPodAutoscalerStatus.lastScaleTime'),
  currentReplicas: field(3, int32, '?HorizontalPodAutoscalerStatus.currentReplicas', { always: true }),
  desiredReplicas: field(4, int32, '?HorizontalPodAutoscalerStatus.desiredReplicas', { always: true }),
  currentCPUUtilizationPercentage: field(5, int32, '?HorizontalPodAutoscalerStatus.currentCPUUtilizationPercentage', { explicit: true }),
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
