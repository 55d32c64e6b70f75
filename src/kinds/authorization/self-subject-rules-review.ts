/** SelfSubjectRulesReview: ?file authorization/self-subject-rules-review. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class SelfSubjectRulesReviewSpec extends struct({
  namespace: field(1, string, '?SelfSubjectRulesReviewSpec.namespace'),
}) {}

export class ResourceRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), '?ResourceRule.verbs', { required: true }),
  apiGroups: field(2, list(string, { listType: 'atomic' }), '?ResourceRule.apiGroups'),
  resources: field(3, list(string, { listType: 'atomic' }), '?ResourceRule.resources'),
  resourceNames: field(4, list(string, { listType: 'atomic' }), '?ResourceRule.resourceNames'),
}) {}

export class NonResourceRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), '?NonResourceRule.verbs', { required: true }),
  nonResourceURLs: field(2, list(string, { listType: 'atomic' }), '?NonResourceRule.nonResourceURLs'),
}) {}

export class SubjectRulesReviewStatus extends struct({
  resourceRules: field(1, list(ResourceRule, { listType: 'atomic' }), '?SubjectRulesReviewStatus.resourceRules', { always: true }),
  nonResourceRules: field(2, list(NonResourceRule, { listType: 'atomic' }), '?SubjectRulesReviewStatus.nonResourceRules', { always: true }),
  incomplete: field(3, bool, '?SubjectRulesReviewStatus.incomplete', { always: true }),
  evaluationError: field(4, string, '?SubjectRulesReviewStatus.evaluationError'),
}) {}

export class SelfSubjectRulesReview extends kind({
  plural: 'selfsubjectrulesreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, SelfSubjectRulesReviewSpec, '?SelfSubjectRulesReview.spec', { always: true }),
    status: field(3, SubjectRulesReviewStatus, '?SelfSubjectRulesReview.status', { written: true }),
  },
}) {}
