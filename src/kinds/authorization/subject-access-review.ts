/** SubjectAccessReview: whether a user may do something. */

import { bool, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { NonResourceAttributes, ResourceAttributes } from './attributes.ts'
import { kind, struct } from './group.ts'
import { checkNoMetadata, checkRequest } from './review-rules.ts'

export class SubjectAccessReviewSpec extends struct(
  {
    resourceAttributes: field(1, ResourceAttributes, 'The request, when it is about a resource.'),
    nonResourceAttributes: field(2, NonResourceAttributes, 'The request, when it is about another path.'),
    user: field(3, string, 'The user.'),
    groups: field(4, list(string, { listType: 'atomic' }), "The user's groups."),
    extra: field(5, map(list(string)), 'Further attributes of the user.'),
    uid: field(6, string, "The user's UID."),
  },
  {
    validate: (spec, at) => {
      checkRequest(spec, at)
      if (!spec.user && !spec.groups?.length) at.key('user').invalid(spec.user ?? '', 'at least one of user or group must be specified')
    },
  },
) {}

export class SubjectAccessReviewStatus extends struct({
  allowed: field(1, bool, 'Whether it is allowed.', { always: true }),
  denied: field(4, bool, 'Whether it is forbidden outright, whatever others say.'),
  reason: field(2, string, 'Why.'),
  evaluationError: field(3, string, 'What went wrong while deciding.'),
}) {}

export class SubjectAccessReview extends kind({
  plural: 'subjectaccessreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, SubjectAccessReviewSpec, 'What is wanted.', { always: true }),
    status: field(3, SubjectAccessReviewStatus, 'What was last observed.', { written: true }),
  },
  validate: ({ metadata }, at) => checkNoMetadata(metadata, at),
}) {}
