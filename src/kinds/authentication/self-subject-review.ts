/** SelfSubjectReview: ?file authentication/self-subject-review. */
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { UserInfo } from './user-info.ts'

export class SelfSubjectReviewStatus extends struct({
  userInfo: field(1, UserInfo, '?SelfSubjectReviewStatus.userInfo', { written: true }),
}) {}

export class SelfSubjectReview extends kind({
  plural: 'selfsubjectreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    status: field(2, SelfSubjectReviewStatus, '?SelfSubjectReview.status', { written: true }),
  },
}) {}
