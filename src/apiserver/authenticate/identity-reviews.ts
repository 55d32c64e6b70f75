/** Identity reviews: whose token is this, and who am I. Upstream: pkg/registry/authentication. */
import { timestamp } from '#base/clock.ts'
import { SelfSubjectReview } from '#kinds/authentication/self-subject-review.ts'
import { TokenReview } from '#kinds/authentication/token-review.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { User } from '../request.ts'
import type { Answer, Reviews } from '../review.ts'
import { type Authentication, authenticated } from './index.ts'
import { checkAccountToken } from './service-account-token.ts'
import { InvalidToken } from './tokens.ts'

export const identityReviews = (by: Authentication): Reviews =>
  new Map<AnyKind, Answer>([
    [TokenReview, (object: TokenReview, { now }) => tokenReview(by, object, now)],
    [SelfSubjectReview, (object, { user, now }) => selfReview(object, user, now)],
  ])

async function tokenReview(by: Authentication, object: TokenReview, now: number): Promise<object> {
  const { token } = object.spec
  if (!token) throw refuse.badRequest('token is required for TokenReview in authentication')
  const isOwnAudience = !object.spec.audiences?.length
  const audiences = object.spec.audiences?.length ? object.spec.audiences : by.audiences
  try {
    const known = await checkAccountToken({ tokens: by.tokens, objects: by.objects, token, audiences, now })
    if (!known) return { ...object, status: { user: {}, error: 'invalid bearer token' } }
    // Who asks for no audience hears of none, unless the token names the server's own.
    const good = isOwnAudience ? by.audiences : known.audiences
    return { ...object, status: { authenticated: true, user: userInfo(authenticated(known.user)), audiences: good } }
  } catch (error) {
    if (!(error instanceof InvalidToken)) throw error
    return { ...object, status: { user: {}, error: `[invalid bearer token, ${error.message}]` } }
  }
}
function selfReview(object: SelfSubjectReview, user: User, now: number): Promise<object> {
  return Promise.resolve({
    ...object,
    metadata: { ...object.metadata, creationTimestamp: timestamp(now) },
    status: { userInfo: userInfo(user) },
  })
}
/** A user in the words of the API. */
export const userInfo = ({ name, uid, groups, extra }: User): object => ({
  username: name,
  ...(uid && { uid }),
  groups,
  ...(Object.keys(extra).length && { extra }),
})
