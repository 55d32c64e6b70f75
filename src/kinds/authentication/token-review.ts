/** TokenReview: ?file authentication/token-review. */
import { bool, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { UserInfo } from './user-info.ts'

export class TokenReviewSpec extends struct({
  token: field(1, string, '?TokenReviewSpec.token', { required: true }),
  audiences: field(2, list(string, { listType: 'atomic' }), '?TokenReviewSpec.audiences'),
}) {}

export class TokenReviewStatus extends struct({
  authenticated: field(1, bool, '?TokenReviewStatus.authenticated'),
  user: field(2, UserInfo, '?TokenReviewStatus.user', { written: true }),
  audiences: field(4, list(string, { listType: 'atomic' }), '?TokenReviewStatus.audiences'),
  error: field(3, string, '?TokenReviewStatus.error'),
}) {}

export class TokenReview extends kind({
  plural: 'tokenreviews',
  scope: 'Cluster',
  verbs: ['create'],
  fields: {
    spec: field(2, TokenReviewSpec, '?TokenReview.spec', { always: true }),
    status: field(3, TokenReviewStatus, '?TokenReview.status', { written: true }),
  },
}) {}
