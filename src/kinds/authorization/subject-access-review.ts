/** SubjectAccessReview: ?file authorization/subject-access-review. */
import { bool, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { NonResourceAttributes, ResourceAttributes } from './attributes.ts'
import { kind, struct } from './group.ts'

export class SubjectAccessReviewSpec extends struct({
  resourceAttributes: field(1, ResourceAttributes, '?SubjectAccessReviewSpec.resourceAttributes'),
  nonResourceAttributes: field(2, NonResourceAttributes, '?SubjectAccessReviewSpec.nonResourceAttributes'),
  user: field(3, string, '?SubjectAccessReviewSpec.user'),
  groups: field(4, list(string, { listType: 'atomic' }), '?SubjectAccessReviewSpec.groups'),
  extra: field(5, map(list(string)), '?SubjectAccessReviewSpec.extra'),
  uid: field(6, string, '?SubjectAccessReviewSpec.uid'),
}) {}

export class SubjectAccessReviewStatus extends struct({
  allowed: field(1, bool, '?SubjectAccessReviewStatus.allowed', { always: true }),
  denied: field(4, bool, '?SubjectAccessReviewStatus.denied'),
  reason: field(2, string, '?SubjectAccessReviewStatus.reason'),
  evaluationError: field(3, string, '?SubjectAccessReviewStatus.evaluationError'),
}) {}

export class SubjectAccessReview extends kind({
  plural: 'subjectaccessreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, SubjectAccessReviewSpec, '?SubjectAccessReview.spec', { always: true }),
    status: field(3, SubjectAccessReviewStatus, '?SubjectAccessReview.status', { written: true }),
  },
}) {}
