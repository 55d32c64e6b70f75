/** FlowSchema: which requests belong to which priority level. */
import { age } from '#kinds/columns.ts'
import { bool, int32, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PriorityLevelConfigurationReference extends struct({
  name: field(1, string, 'Name of the priority level.', { required: true }),
}) {}

export class FlowDistinguisherMethod extends struct({
  type: field(1, oneOf('ByUser', 'ByNamespace'), 'Whether flows are told apart by user or by namespace.', { required: true }),
}) {}

export class UserSubject extends struct({
  name: field(1, string, 'Name of the user; `*` means any.', { required: true }),
}) {}

export class GroupSubject extends struct({
  name: field(1, string, 'Name of the group; `*` means any.', { required: true }),
}) {}

export class ServiceAccountSubject extends struct({
  namespace: field(1, string, 'Namespace of the service account.', { required: true }),
  name: field(2, string, 'Name of the service account; `*` means any.', { required: true }),
}) {}

export class Subject extends struct(
  {
    kind: field(1, oneOf('User', 'Group', 'ServiceAccount'), 'User, Group or ServiceAccount.', { required: true }),
    user: field(2, UserSubject, 'A user by name.'),
    group: field(3, GroupSubject, 'A group by name.'),
    serviceAccount: field(4, ServiceAccountSubject, 'A service account by name.'),
  },
  {
    validate: (subject, at) => {
      for (const [kind, name] of [
        ['User', 'user'],
        ['Group', 'group'],
        ['ServiceAccount', 'serviceAccount'],
      ] as const) {
        if (subject.kind === kind && !subject[name]) at.key(name).required(`${name} is required when subject kind is '${kind}'`)
        if (subject.kind !== kind && subject[name]) at.key(name).forbidden(`${name} is forbidden when subject kind is not '${kind}'`)
      }
    },
  },
) {}

export class ResourcePolicyRule extends struct(
  {
    verbs: field(1, list(string, { listType: 'set' }), 'Verbs; `*` means any.', { always: true }),
    apiGroups: field(2, list(string, { listType: 'set' }), 'API groups; `*` means any.', { always: true }),
    resources: field(3, list(string, { listType: 'set' }), 'Resources; `*` means any.', { always: true }),
    clusterScope: field(4, bool, 'Whether requests without a namespace match.'),
    namespaces: field(5, list(string, { listType: 'set' }), 'Namespaces; `*` means any.', { written: true }),
  },
  {
    validate: (rule, at) => {
      for (const name of ['verbs', 'apiGroups', 'resources'] as const) {
        const values = rule[name] ?? []
        if (!values.length) at.key(name).required(`${name} must contain at least one value`)
        if (values.length > 1 && values.includes('*'))
          at.key(name).invalid(values, `if '*' is present, must not specify other ${PLURALS[name]}`)
      }
      if (!rule.namespaces?.length && !rule.clusterScope)
        at.key('namespaces').required('resource rules that are not cluster scoped must supply at least one namespace')
    },
  },
) {}

export class NonResourcePolicyRule extends struct(
  {
    verbs: field(1, list(string, { listType: 'set' }), 'Verbs; `*` means any.', { always: true }),
    nonResourceURLs: field(6, list(string, { listType: 'set' }), 'Paths; `*` at the end stands for the rest.', { always: true }),
  },
  {
    validate: ({ verbs, nonResourceURLs }, at) => {
      if (!verbs?.length) at.key('verbs').required('verbs must contain at least one value')
      if (!nonResourceURLs?.length) at.key('nonResourceURLs').required('nonResourceURLs must contain at least one value')
    },
  },
) {}

export class PolicyRulesWithSubjects extends struct(
  {
    subjects: field(1, list(Subject, { listType: 'atomic' }), 'Who sends the requests.', { always: true }),
    resourceRules: field(2, list(ResourcePolicyRule, { listType: 'atomic' }), 'Requests about resources.'),
    nonResourceRules: field(3, list(NonResourcePolicyRule, { listType: 'atomic' }), 'Requests about other paths.'),
  },
  {
    validate: ({ subjects, resourceRules, nonResourceRules }, at) => {
      if (!subjects?.length) at.key('subjects').required('subjects must contain at least one value')
      if (!resourceRules?.length && !nonResourceRules?.length)
        at.required('at least one of resourceRules and nonResourceRules has to be non-empty')
    },
  },
) {}

export class FlowSchemaSpec extends struct(
  {
    priorityLevelConfiguration: field(1, PriorityLevelConfigurationReference, 'The priority level of these requests.', { always: true }),
    matchingPrecedence: field(2, int32, 'Which schema wins when several match; the lowest does.', { written: true, default: 1_000 }),
    distinguisherMethod: field(3, FlowDistinguisherMethod, 'How flows are told apart.'),
    rules: field(4, list(PolicyRulesWithSubjects, { listType: 'atomic' }), 'The requests that are meant.'),
  },
  {
    validate: ({ matchingPrecedence }, at) => {
      if (matchingPrecedence <= 0) at.key('matchingPrecedence').invalid(matchingPrecedence, 'must be a positive value')
      if (matchingPrecedence > PRECEDENCE_MAX)
        at.key('matchingPrecedence').invalid(matchingPrecedence, `must not be greater than ${PRECEDENCE_MAX}`)
    },
  },
) {}

export class FlowSchemaCondition extends struct({
  type: field(1, string, 'Which finding this is.'),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.'),
  lastTransitionTime: field(3, time, 'When the status last changed.'),
  reason: field(4, string, 'Why, in one word for machines.'),
  message: field(5, string, 'Why, in a sentence for people.'),
}) {}

export class FlowSchemaStatus extends struct({
  conditions: field(
    1,
    list(FlowSchemaCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
}) {}

export class FlowSchema extends kind({
  plural: 'flowschemas',
  scope: 'Cluster',
  fields: {
    spec: field(2, FlowSchemaSpec, 'What is wanted.', { written: true }),
    status: field(3, FlowSchemaStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
  validate: ({ metadata, spec }, at) => {
    if (spec.matchingPrecedence === 1 && metadata.name !== 'exempt')
      at.key('spec').key('matchingPrecedence').invalid(1, "only the schema named 'exempt' may have matchingPrecedence 1")
  },
  columns: {
    PriorityLevel: ({ spec }) => spec.priorityLevelConfiguration.name,
    MatchingPrecedence: ({ spec }) => spec.matchingPrecedence,
    DistinguisherMethod: ({ spec }) => spec.distinguisherMethod?.type ?? '<none>',
    Age: age,
    MissingPL: ({ status }) => status.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  },
}) {}

const PRECEDENCE_MAX = 10_000
const PLURALS = { verbs: 'verbs', apiGroups: 'api groups', resources: 'resources' } as const
