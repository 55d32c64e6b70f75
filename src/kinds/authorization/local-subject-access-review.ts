/** LocalSubjectAccessReview: whether a user may do something in a namespace. */
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './subject-access-review.ts'

export class LocalSubjectAccessReview extends kind({
  plural: 'localsubjectaccessreviews',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, SubjectAccessReviewSpec, 'What is wanted.', { always: true }),
    status: field(3, SubjectAccessReviewStatus, 'What was last observed.', { written: true }),
  },
}) {}
