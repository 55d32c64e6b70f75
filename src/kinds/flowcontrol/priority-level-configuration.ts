/** PriorityLevelConfiguration: a share of the API server for requests of one kind. */
import { age } from '#kinds/columns.ts'
import { int32, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class QueuingConfiguration extends struct(
  {
    queues: field(1, int32, 'Number of queues.', { written: true, default: 64 }),
    handSize: field(2, int32, 'Among how many queues a flow spreads.', { written: true, default: 8 }),
    queueLengthLimit: field(3, int32, 'How many requests may wait in a queue.', { written: true, default: 50 }),
  },
  {
    validate: ({ queues, handSize, queueLengthLimit }, at) => {
      for (const [name, value] of Object.entries({ queues, handSize, queueLengthLimit }))
        if (value <= 0) at.key(name).invalid(value, 'must be positive')
      if (queues > QUEUES_MAX) at.key('queues').invalid(queues, `must not be greater than ${QUEUES_MAX}`)
      if (handSize > queues) at.key('handSize').invalid(handSize, `should not be greater than queues (${queues})`)
    },
  },
) {}

export class LimitResponse extends struct(
  {
    type: field(1, oneOf('Queue', 'Reject'), 'Whether requests beyond the limit wait or are turned away.', { required: true }),
    queuing: field(2, QueuingConfiguration, 'How they wait.'),
  },
  {
    validate: ({ type, queuing }, at) => {
      if (type === 'Reject' && queuing) at.key('queuing').forbidden('must be nil if limited.limitResponse.type is not Limited')
      if (type === 'Queue' && !queuing) at.key('queuing').required('must not be empty if limited.limitResponse.type is Limited')
    },
  },
) {}

export class LimitedPriorityLevelConfiguration extends struct(
  {
    nominalConcurrencyShares: field(1, int32, "The level's share of all seats, relative to the others.", {
      explicit: true,
      default: 30,
      minimum: 0,
    }),
    limitResponse: field(2, LimitResponse, 'What happens beyond the limit.', { written: true }),
    lendablePercent: field(3, int32, 'Percent of its seats that others may use meanwhile.', { explicit: true, default: 0 }),
    borrowingLimitPercent: field(4, int32, 'How many seats it may borrow, in percent of its own.', { explicit: true }),
  },
  {
    validate: ({ lendablePercent, borrowingLimitPercent }, at) => {
      if (lendablePercent < 0 || lendablePercent > 100)
        at.key('lendablePercent').invalid(lendablePercent, 'must be between 0 and 100, inclusive')
      if (borrowingLimitPercent !== undefined && borrowingLimitPercent < 0)
        at.key('borrowingLimitPercent').invalid(borrowingLimitPercent, 'if specified, must be a non-negative integer')
    },
  },
) {}

export class ExemptPriorityLevelConfiguration extends struct({
  nominalConcurrencyShares: field(1, int32, "The level's share of all seats, relative to the others.", {
    explicit: true,
    default: 0,
    minimum: 0,
  }),
  lendablePercent: field(2, int32, 'Percent of its seats that others may use meanwhile.', { explicit: true, default: 0 }),
}) {}

export class PriorityLevelConfigurationSpec extends struct(
  {
    type: field(1, oneOf('Exempt', 'Limited'), 'Whether the level is limited at all.', { required: true }),
    limited: field(2, LimitedPriorityLevelConfiguration, 'The limits.'),
    exempt: field(3, ExemptPriorityLevelConfiguration, 'What an unlimited level can lend.'),
  },
  {
    fill: draft => {
      if (draft.type === 'Exempt') draft.exempt ??= { nominalConcurrencyShares: 0, lendablePercent: 0 }
    },
    validate: ({ type, limited, exempt }, at) => {
      if (type === 'Exempt' && limited) at.key('limited').forbidden('must be nil if the type is not Limited')
      if (type === 'Limited' && exempt) at.key('exempt').forbidden('must be nil if the type is Limited')
      if (type === 'Limited' && !limited) at.key('limited').required('must not be empty when type is Limited')
    },
  },
) {}

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
  columns: {
    Type: ({ spec }) => spec.type,
    NominalConcurrencyShares: ({ spec }) => spec.limited?.nominalConcurrencyShares ?? '<none>',
    Queues: ({ spec }) => spec.limited?.limitResponse.queuing?.queues ?? '<none>',
    HandSize: ({ spec }) => spec.limited?.limitResponse.queuing?.handSize ?? '<none>',
    QueueLengthLimit: ({ spec }) => spec.limited?.limitResponse.queuing?.queueLengthLimit ?? '<none>',
    Age: age,
  },
}) {}

/** Upstream's bound for shuffle sharding. */
const QUEUES_MAX = 10_000_000
