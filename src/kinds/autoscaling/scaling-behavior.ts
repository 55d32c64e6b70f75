/** HorizontalPodAutoscalerBehavior: ?file autoscaling/scaling-behavior. */
import { int32, oneOf, quantity } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class HPAScalingPolicy extends struct({
  type: field(1, oneOf('Pods', 'Percent'), '?HPAScalingPolicy.type', { required: true }),
  value: field(2, int32, '?HPAScalingPolicy.value', { always: true }),
  periodSeconds: field(3, int32, '?HPAScalingPolicy.periodSeconds', { always: true }),
}) {}

export class HPAScalingRules extends struct({
  stabilizationWindowSeconds: field(3, int32, '?HPAScalingRules.stabilizationWindowSeconds', { explicit: true }),
  selectPolicy: field(1, oneOf('Max', 'Min', 'Disabled'), '?HPAScalingRules.selectPolicy', { explicit: true }),
  policies: field(2, list(HPAScalingPolicy, { listType: 'atomic' }), '?HPAScalingRules.policies'),
  tolerance: field(4, quantity, '?HPAScalingRules.tolerance', { explicit: true }),
}) {}

export class HorizontalPodAutoscalerBehavior extends struct({
  scaleUp: field(1, HPAScalingRules, '?HorizontalPodAutoscalerBehavior.scaleUp'),
  scaleDown: field(2, HPAScalingRules, '?HorizontalPodAutoscalerBehavior.scaleDown'),
}) {}
