/** PodFailurePolicy: ?file batch/pod-failure-policy. */
import { int32, known, oneOf, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PodFailurePolicyOnExitCodesRequirement extends struct({
  containerName: field(1, string, '?PodFailurePolicyOnExitCodesRequirement.containerName', { explicit: true }),
  operator: field(2, oneOf('In', 'NotIn'), '?PodFailurePolicyOnExitCodesRequirement.operator', { required: true }),
  values: field(3, list(int32, { listType: 'set' }), '?PodFailurePolicyOnExitCodesRequirement.values', { required: true }),
}) {}

export class PodFailurePolicyOnPodConditionsPattern extends struct({
  type: field(1, string, '?PodFailurePolicyOnPodConditionsPattern.type', { required: true }),
  status: field(2, known('True', 'False', 'Unknown'), '?PodFailurePolicyOnPodConditionsPattern.status', { written: true }),
}) {}

export class PodFailurePolicyRule extends struct({
  action: field(1, oneOf('FailJob', 'FailIndex', 'Ignore', 'Count'), '?PodFailurePolicyRule.action', { required: true }),
  onExitCodes: field(2, PodFailurePolicyOnExitCodesRequirement, '?PodFailurePolicyRule.onExitCodes'),
  onPodConditions: field(3, list(PodFailurePolicyOnPodConditionsPattern, { listType: 'atomic' }), '?PodFailurePolicyRule.onPodConditions'),
}) {}

export class PodFailurePolicy extends struct({
  rules: field(1, list(PodFailurePolicyRule, { listType: 'atomic' }), '?PodFailurePolicy.rules', { required: true }),
}) {}
