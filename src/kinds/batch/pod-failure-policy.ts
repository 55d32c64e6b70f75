/** PodFailurePolicy: what failed pods mean for their job. */
import { int32, known, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PodFailurePolicyOnExitCodesRequirement extends struct({
  containerName: field(1, string, 'The container that is meant; absent means any.', { explicit: true }),
  operator: field(2, oneOf('In', 'NotIn'), 'Whether the code must be among the values or must not.', { required: true }),
  values: field(3, list(int32, { listType: 'set' }), 'Exit codes.', { always: true }),
}) {}

export class PodFailurePolicyOnPodConditionsPattern extends struct({
  type: field(1, string, "Type of the pod's condition.", { required: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'The status that the condition must have.', { written: true, default: 'True' }),
}) {}

export class PodFailurePolicyRule extends struct({
  action: field(1, oneOf('Count', 'FailIndex', 'FailJob', 'Ignore'), 'What a match means.', { required: true }),
  onExitCodes: field(2, PodFailurePolicyOnExitCodesRequirement, 'Exit codes that match.'),
  onPodConditions: field(3, list(PodFailurePolicyOnPodConditionsPattern, { listType: 'atomic' }), 'Conditions of the pod that match.'),
}) {}

export class PodFailurePolicy extends struct({
  rules: field(1, list(PodFailurePolicyRule, { listType: 'atomic' }), 'Rules, of which the first that matches counts.', { always: true }),
}) {}
