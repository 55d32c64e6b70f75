/** HorizontalPodAutoscalerBehavior: how fast the number of pods may change. */
import { int32, oneOf, quantity } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class HPAScalingPolicy extends struct({
  type: field(1, oneOf('Percent', 'Pods'), 'Whether the value counts pods or percent.', { required: true }),
  value: field(2, int32, 'By how much the number may change within the period.', { always: true }),
  periodSeconds: field(3, int32, 'Length of the period, in seconds.', { always: true }),
}) {}

export class HPAScalingRules extends struct({
  stabilizationWindowSeconds: field(3, int32, 'How long earlier results are considered, in seconds.', { explicit: true }),
  selectPolicy: field(1, oneOf('Disabled', 'Max', 'Min'), 'Which policy wins: the largest change, the smallest, or none at all.', {
    explicit: true,
  }),
  // An empty list is none that may be filled.
  policies: field(2, list(HPAScalingPolicy, { listType: 'atomic' }), 'Limits on the speed of change.', { explicit: true }),
  tolerance: field(4, quantity, 'How far a metric may be off before anything is done.', { explicit: true }),
}) {}

export class HorizontalPodAutoscalerBehavior extends struct(
  {
    scaleUp: field(1, HPAScalingRules, 'How the number grows.'),
    scaleDown: field(2, HPAScalingRules, 'How the number shrinks.'),
  },
  {
    fill: draft => {
      const up = (draft.scaleUp ??= {})
      up.stabilizationWindowSeconds ??= 0
      up.selectPolicy ??= 'Max'
      up.policies ??= [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ]
      const down = (draft.scaleDown ??= {})
      down.selectPolicy ??= 'Max'
      down.policies ??= [{ type: 'Percent', value: 100, periodSeconds: 15 }]
    },
  },
) {}
