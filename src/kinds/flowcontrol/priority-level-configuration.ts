/** PriorityLevelConfiguration: a share of the API server for requests of one kind. */
import { int32, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class QueuingConfiguration extends struct({
  queues: field(1, int32, 'Number of queues.', { written: true }),
  handSize: field(2, int32, 'Among how many queues a flow spreads.', { written: true }),
  queueLengthLimit: field(3, int32, 'How many requests may wait in a queue.', { written: true }),
}) {}

export class LimitResponse extends struct({
  type: field(1, oneOf('Queue', 'Reject'), 'Whether requests beyond the limit wait or are turned away.', { required: true }),
  queuing: field(2, QueuingConfiguration, 'How they wait.'),
}) {}

export class LimitedPriorityLevelConfiguration extends struct({
  nominalConcurrencyShares: field(1, int32, "The level's share of all seats, relative to the others.", { explicit: true }),
  limitResponse: field(2, LimitResponse, 'What happens beyond the limit.', { written: true }),
  lendablePercent: field(3, int32, 'Percent of its seats that others may use meanwhile.', { explicit: true }),
  borrowingLimitPercent: field(4, int32, 'How many seats it may borrow, in percent of its own.', { explicit: true }),
}) {}

export class ExemptPriorityLevelConfiguration extends struct({
  nominalConcurrencyShares: field(1, int32, "The level's share of all seats, relative to the others.", { explicit: true }),
  lendablePercent: field(2, int32, 'Percent of its seats that others may use meanwhile.', { explicit: true }),
}) {}

export class PriorityLevelConfigurationSpec extends struct({
  type: field(1, oneOf('Exempt', 'Limited'), 'Whether the level is limited at all.', { required: true }),
  limited: field(2, LimitedPriorityLevelConfiguration, 'The limits.'),
  exempt: field(3, ExemptPriorityLevelConfiguration, 'What an unlimited level can lend.'),
}) {}

export class PriorityLevelConfigurationCondition extends struct({
  type: field(1, string, 'Which finding this is.'),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.'),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class PriorityLevelConfigurationStatus extends struct({
  conditions: field(
    1,
    list(PriorityLevelConfigurationCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class PriorityLevelConfiguration extends kind({
  plural: 'prioritylevelconfigurations',
  scope: 'Cluster',
  fields: {
    spec: field(2, PriorityLevelConfigurationSpec, 'What is wanted.', { written: true }),
    status: field(3, PriorityLevelConfigurationStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
