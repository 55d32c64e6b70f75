/** LocalSubjectAccessReview: whether a user may do something in a namespace. */

import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'
import { checkNoMetadata } from './review-rules.ts'
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './subject-access-review.ts'

export class LocalSubjectAccessReview extends kind({
  plural: 'localsubjectaccessreviews',
  scope: 'Namespaced',
  verbs: ['create'],
  fields: {
    spec: field(2, SubjectAccessReviewSpec, 'What is wanted.', { always: true }),
    status: field(3, SubjectAccessReviewStatus, 'What was last observed.', { written: true }),
  },
  validate: ({ metadata, spec }, at) => {
    checkNoMetadata({ ...metadata, namespace: undefined }, at)
    const here = at.key('spec')
    if (spec.resourceAttributes && (spec.resourceAttributes.namespace ?? '') !== metadata.namespace)
      here
        .key('resourceAttributes')
        .key('namespace')
        .invalid(spec.resourceAttributes.namespace ?? '', 'must match metadata.namespace')
    if (spec.nonResourceAttributes)
      here.key('nonResourceAttributes').invalid(spec.nonResourceAttributes, 'disallowed on this kind of request')
  },
}) {}
