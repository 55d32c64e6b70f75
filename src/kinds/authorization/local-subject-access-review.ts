/** LocalSubjectAccessReview: ?file authorization/local-subject-access-review. */
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './subject-access-review.ts'

export class LocalSubjectAccessReview extends kind({
  plural: 'localsubjectaccessreviews',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, SubjectAccessReviewSpec, '?LocalSubjectAccessReview.spec', { always: true }),
    status: field(3, SubjectAccessReviewStatus, '?LocalSubjectAccessReview.status', { written: true }),
  },
}) {}
