/** SelfSubjectAccessReview: ?file authorization/self-subject-access-review. */
import { field } from '#schema/vocabulary.ts'
import { NonResourceAttributes, ResourceAttributes } from './attributes.ts'
import { kind, struct } from './group.ts'
import { SubjectAccessReviewStatus } from './subject-access-review.ts'

export class SelfSubjectAccessReviewSpec extends struct({
  resourceAttributes: field(1, ResourceAttributes, '?SelfSubjectAccessReviewSpec.resourceAttributes'),
  nonResourceAttributes: field(2, NonResourceAttributes, '?SelfSubjectAccessReviewSpec.nonResourceAttributes'),
}) {}

export class SelfSubjectAccessReview extends kind({
  plural: 'selfsubjectaccessreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, SelfSubjectAccessReviewSpec, '?SelfSubjectAccessReview.spec', { always: true }),
    status: field(3, SubjectAccessReviewStatus, '?SelfSubjectAccessReview.status', { written: true }),
  },
}) {}
