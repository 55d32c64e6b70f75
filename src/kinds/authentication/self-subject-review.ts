/** SelfSubjectReview: who the server takes the asking user for. */
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { UserInfo } from './user-info.ts'

export class SelfSubjectReviewStatus extends struct({
  userInfo: field(1, UserInfo, 'Who you are.', { written: true }),
}) {}

export class SelfSubjectReview extends kind({
  plural: 'selfsubjectreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    status: field(2, SelfSubjectReviewStatus, 'What was last observed.', { written: true }),
  },
}) {}
