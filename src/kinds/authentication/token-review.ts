/** TokenReview: whose token this is. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { UserInfo } from './user-info.ts'

export class TokenReviewSpec extends struct({
  token: field(1, string, 'The token to check.', { required: true }),
  audiences: field(2, list(string, { listType: 'atomic' }), 'For whom the token should be meant.'),
}) {}

export class TokenReviewStatus extends struct({
  authenticated: field(1, bool, 'Whether the token is good.'),
  user: field(2, UserInfo, 'Whose token it is.', { written: true }),
  audiences: field(4, list(string, { listType: 'atomic' }), 'For which of the audiences it is good.'),
  error: field(3, string, 'Why it could not be checked.'),
}) {}

export class TokenReview extends kind({
  plural: 'tokenreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, TokenReviewSpec, 'What is wanted.', { always: true }),
    status: field(3, TokenReviewStatus, 'What was last observed.', { written: true }),
  },
}) {}
