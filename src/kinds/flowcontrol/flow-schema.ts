/** FlowSchema: which requests belong to which priority level. */
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

export class Subject extends struct({
  kind: field(1, oneOf('User', 'Group', 'ServiceAccount'), 'User, Group or ServiceAccount.', { required: true }),
  user: field(2, UserSubject, 'A user by name.'),
  group: field(3, GroupSubject, 'A group by name.'),
  serviceAccount: field(4, ServiceAccountSubject, 'A service account by name.'),
}) {}

export class ResourcePolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'set' }), 'Verbs; `*` means any.', { required: true }),
  apiGroups: field(2, list(string, { listType: 'set' }), 'API groups; `*` means any.', { required: true }),
  resources: field(3, list(string, { listType: 'set' }), 'Resources; `*` means any.', { required: true }),
  clusterScope: field(4, bool, 'Whether requests without a namespace match.'),
  namespaces: field(5, list(string, { listType: 'set' }), 'Namespaces; `*` means any.', { written: true }),
}) {}

export class NonResourcePolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'set' }), 'Verbs; `*` means any.', { required: true }),
  nonResourceURLs: field(6, list(string, { listType: 'set' }), 'Paths; `*` at the end stands for the rest.', { required: true }),
}) {}

export class PolicyRulesWithSubjects extends struct({
  subjects: field(1, list(Subject, { listType: 'atomic' }), 'Who sends the requests.', { required: true }),
  resourceRules: field(2, list(ResourcePolicyRule, { listType: 'atomic' }), 'Requests about resources.'),
  nonResourceRules: field(3, list(NonResourcePolicyRule, { listType: 'atomic' }), 'Requests about other paths.'),
}) {}

export class FlowSchemaSpec extends struct({
  priorityLevelConfiguration: field(1, PriorityLevelConfigurationReference, 'The priority level of these requests.', { always: true }),
  matchingPrecedence: field(2, int32, 'Which schema wins when several match; the lowest does.', { written: true }),
  distinguisherMethod: field(3, FlowDistinguisherMethod, 'How flows are told apart.'),
  rules: field(4, list(PolicyRulesWithSubjects, { listType: 'atomic' }), 'The requests that are meant.'),
}) {}

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
}) {}
