/** SelfSubjectRulesReview: all that the asking user may do in a namespace. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class SelfSubjectRulesReviewSpec extends struct({
  namespace: field(1, string, 'The namespace that is asked about.'),
}) {}

export class ResourceRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), 'What may be done.', { required: true }),
  apiGroups: field(2, list(string, { listType: 'atomic' }), 'In which API groups.'),
  resources: field(3, list(string, { listType: 'atomic' }), 'With which resources.'),
  resourceNames: field(4, list(string, { listType: 'atomic' }), 'With objects of which names; none means all.'),
}) {}

export class NonResourceRule extends struct({
  verbs: field(1, list(string, { listType: 'atomic' }), 'What may be done.', { required: true }),
  nonResourceURLs: field(2, list(string, { listType: 'atomic' }), 'With which paths.'),
}) {}

export class SubjectRulesReviewStatus extends struct({
  resourceRules: field(1, list(ResourceRule, { listType: 'atomic' }), 'What is allowed with resources.', { always: true }),
  nonResourceRules: field(2, list(NonResourceRule, { listType: 'atomic' }), 'What is allowed with other paths.', { always: true }),
  incomplete: field(3, bool, 'Whether there may be more than is listed.', { always: true }),
  evaluationError: field(4, string, 'What went wrong while rules were gathered.'),
}) {}

export class SelfSubjectRulesReview extends kind({
  plural: 'selfsubjectrulesreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, SelfSubjectRulesReviewSpec, 'What is wanted.', { always: true }),
    status: field(3, SubjectRulesReviewStatus, 'What was last observed.', { written: true }),
  },
}) {}
