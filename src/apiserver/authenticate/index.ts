/** Who sends a request: the methods in the order in which they are asked. The first that knows the user decides. */
import { refuse } from '#kinds/meta/refusal.ts'
import type { Incoming, User } from '../request.ts'
import type { Objects } from '../resources/objects.ts'
import { ANONYMOUS, anonymousUser } from './anonymous.ts'
import { bearerToken } from './bearer.ts'
import { certificateUser } from './client-certificate.ts'
import { checkAccountToken } from './service-account-token.ts'
import { InvalidToken, type Tokens } from './tokens.ts'

export const AUTHENTICATED = 'system:authenticated'

export interface Authentication {
  readonly tokens: Tokens
  readonly objects: Objects
  /** Whom tokens for the API server itself must be meant for. */
  readonly audiences: readonly string[]
}
/** Resolves with the user, anonymous ones included. Throws Refusal (401) when nobody is known, or the credentials are bad. */
export async function authenticate(by: Authentication, incoming: Incoming, now: number): Promise<User> {
  if (incoming.user) return incoming.user
  const user = certificateUser(incoming) ?? (await tokenUser(by, incoming, now)) ?? anonymousUser(incoming)
  if (!user) throw refuse.unauthorized()
  return user.name === ANONYMOUS ? user : authenticated(user)
}
async function tokenUser({ tokens, objects, audiences }: Authentication, incoming: Incoming, now: number): Promise<User | undefined> {
  const token = bearerToken(incoming)
  if (!token) return undefined
  try {
    const known = await checkAccountToken({ tokens, objects, token, audiences, now })
    if (!known) throw refuse.unauthorized()
    return known.user
  } catch (error) {
    if (error instanceof InvalidToken) throw refuse.unauthorized()
    throw error
  }
}
/** Everyone who is known belongs to one group. */
export function authenticated(user: User): User {
  if (user.groups.includes(AUTHENTICATED)) return user
  let member = members.get(user)
  if (!member) members.set(user, (member = { ...user, groups: [...user.groups, AUTHENTICATED] }))
  return member
}
/** The user of a connection is one object, however often it asks. */
const members = new WeakMap<User, User>()
