/** FlowSchema: ?file flowcontrol/flow-schema. */
import { bool, int32, known, oneOf, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PriorityLevelConfigurationReference extends struct({
  name: field(1, string, '?PriorityLevelConfigurationReference.name', { required: true }),
}) {}

export class FlowDistinguisherMethod extends struct({
  type: field(1, oneOf('ByUser', 'ByNamespace'), '?FlowDistinguisherMethod.type', { required: true }),
}) {}

export class UserSubject extends struct({
  name: field(1, string, '?UserSubject.name', { required: true }),
}) {}

export class GroupSubject extends struct({
  name: field(1, string, '?GroupSubject.name', { required: true }),
}) {}

export class ServiceAccountSubject extends struct({
  namespace: field(1, string, '?ServiceAccountSubject.namespace', { required: true }),
  name: field(2, string, '?ServiceAccountSubject.name', { required: true }),
}) {}

export class Subject extends struct({
  kind: field(1, oneOf('User', 'Group', 'ServiceAccount'), '?Subject.kind', { required: true }),
  user: field(2, UserSubject, '?Subject.user'),
  group: field(3, GroupSubject, '?Subject.group'),
  serviceAccount: field(4, ServiceAccountSubject, '?Subject.serviceAccount'),
}) {}

export class ResourcePolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'set' }), '?ResourcePolicyRule.verbs', { required: true }),
  apiGroups: field(2, list(string, { listType: 'set' }), '?ResourcePolicyRule.apiGroups', { required: true }),
  resources: field(3, list(string, { listType: 'set' }), '?ResourcePolicyRule.resources', { required: true }),
  clusterScope: field(4, bool, '?ResourcePolicyRule.clusterScope'),
  namespaces: field(5, list(string, { listType: 'set' }), '?ResourcePolicyRule.namespaces', { written: true }),
}) {}

export class NonResourcePolicyRule extends struct({
  verbs: field(1, list(string, { listType: 'set' }), '?NonResourcePolicyRule.verbs', { required: true }),
  nonResourceURLs: field(6, list(string, { listType: 'set' }), '?NonResourcePolicyRule.nonResourceURLs', { required: true }),
}) {}

export class PolicyRulesWithSubjects extends struct({
  subjects: field(1, list(Subject, { listType: 'atomic' }), '?PolicyRulesWithSubjects.subjects', { required: true }),
  resourceRules: field(2, list(ResourcePolicyRule, { listType: 'atomic' }), '?PolicyRulesWithSubjects.resourceRules'),
  nonResourceRules: field(3, list(NonResourcePolicyRule, { listType: 'atomic' }), '?PolicyRulesWithSubjects.nonResourceRules'),
}) {}

export class FlowSchemaSpec extends struct({
  priorityLevelConfiguration: field(1, PriorityLevelConfigurationReference, '?FlowSchemaSpec.priorityLevelConfiguration', { always: true }),
  matchingPrecedence: field(2, int32, '?FlowSchemaSpec.matchingPrecedence', { written: true }),
  distinguisherMethod: field(3, FlowDistinguisherMethod, '?FlowSchemaSpec.distinguisherMethod'),
  rules: field(4, list(PolicyRulesWithSubjects, { listType: 'atomic' }), '?FlowSchemaSpec.rules'),
}) {}

export class FlowSchemaCondition extends struct({
  type: field(1, string, '?FlowSchemaCondition.type'),
  status: field(2, known('True', 'False', 'Unknown'), '?FlowSchemaCondition.status'),
  lastTransitionTime: field(3, time, '?FlowSchemaCondition.lastTransitionTime'),
  reason: field(4, string, '?FlowSchemaCondition.reason'),
  message: field(5, string, '?FlowSchemaCondition.message'),
}) {}

export class FlowSchemaStatus extends struct({
  conditions: field(
    1,
    list(FlowSchemaCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?FlowSchemaStatus.conditions',
  ),
}) {}

export class FlowSchema extends kind({
  plural: 'flowschemas',
  scope: 'Cluster',
  fields: {
    spec: field(2, FlowSchemaSpec, '?FlowSchema.spec', { written: true }),
    status: field(3, FlowSchemaStatus, '?FlowSchema.status', { written: true }),
  },
  subresources: { status: true },
  bumpsGeneration: ['spec'],
}) {}
