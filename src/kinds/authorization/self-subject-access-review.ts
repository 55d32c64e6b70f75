/** SelfSubjectAccessReview: whether the asking user may do something. */

import { field } from '#schema/vocabulary.ts'
import { NonResourceAttributes, ResourceAttributes } from './attributes.ts'
import { kind, struct } from './group.ts'
import { checkNoMetadata, checkRequest } from './review-rules.ts'
import { SubjectAccessReviewStatus } from './subject-access-review.ts'

export class SelfSubjectAccessReviewSpec extends struct(
  {
    resourceAttributes: field(1, ResourceAttributes, 'The request, when it is about a resource.'),
    nonResourceAttributes: field(2, NonResourceAttributes, 'The request, when it is about another path.'),
  },
  { validate: checkRequest },
) {}

export class SelfSubjectAccessReview extends kind({
  plural: 'selfsubjectaccessreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, SelfSubjectAccessReviewSpec, 'What is wanted.', { always: true }),
    status: field(3, SubjectAccessReviewStatus, 'What was last observed.', { written: true }),
  },
  validate: ({ metadata }, at) => checkNoMetadata(metadata, at),
}) {}
