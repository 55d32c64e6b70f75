/** PriorityLevelConfiguration: ?file flowcontrol/priority-level-configuration. */
import { int32, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class QueuingConfiguration extends struct({
  queues: field(1, int32, '?QueuingConfiguration.queues', { written: true }),
  handSize: field(2, int32, '?QueuingConfiguration.handSize', { written: true }),
  queueLengthLimit: field(3, int32, '?QueuingConfiguration.queueLengthLimit', { written: true }),
}) {}

export class LimitResponse extends struct({
  type: field(1, oneOf('Queue', 'Reject'), '?LimitResponse.type', { required: true }),
  queuing: field(2, QueuingConfiguration, '?LimitResponse.queuing'),
}) {}

export class LimitedPriorityLevelConfiguration extends struct({
  nominalConcurrencyShares: field(1, int32, '?LimitedPriorityLevelConfiguration.nominalConcurrencyShares'),
  limitResponse: field(2, LimitResponse, '?LimitedPriorityLevelConfiguration.limitResponse', { written: true }),
  lendablePercent: field(3, int32, '?LimitedPriorityLevelConfiguration.lendablePercent', { explicit: true }),
  borrowingLimitPercent: field(4, int32, '?LimitedPriorityLevelConfiguration.borrowingLimitPercent', { explicit: true }),
}) {}

export class ExemptPriorityLevelConfiguration extends struct({
  nominalConcurrencyShares: field(1, int32, '?ExemptPriorityLevelConfiguration.nominalConcurrencyShares', { explicit: true }),
  lendablePercent: field(2, int32, '?ExemptPriorityLevelConfiguration.lendablePercent', { explicit: true }),
}) {}

export class PriorityLevelConfigurationSpec extends struct({
  type: field(1, oneOf('Exempt', 'Limited'), '?PriorityLevelConfigurationSpec.type', { required: true }),
  limited: field(2, LimitedPriorityLevelConfiguration, '?PriorityLevelConfigurationSpec.limited'),
  exempt: field(3, ExemptPriorityLevelConfiguration, '?PriorityLevelConfigurationSpec.exempt'),
}) {}

export class PriorityLevelConfigurationCondition extends struct({
  type: field(1, string, '?PriorityLevelConfigurationCondition.type'),
  status: field(2, known('True', 'False', 'Unknown'), '?PriorityLevelConfigurationCondition.status'),
  lastTransitionTime: field(3, time, '?PriorityLevelConfigurationCondition.lastTransitionTime'),
  reason: field(4, string, '?PriorityLevelConfigurationCondition.reason'),
  message: field(5, string, '?PriorityLevelConfigurationCondition.message'),
}) {}

export class PriorityLevelConfigurationStatus extends struct({
  conditions: field(
    1,
    list(PriorityLevelConfigurationCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?PriorityLevelConfigurationStatus.conditions',
  ),
}) {}

export class PriorityLevelConfiguration extends kind({
  plural: 'prioritylevelconfigurations',
  scope: 'Cluster',
  fields: {
    spec: field(2, PriorityLevelConfigurationSpec, '?PriorityLevelConfiguration.spec', { written: true }),
    status: field(3, PriorityLevelConfigurationStatus, '?PriorityLevelConfiguration.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
