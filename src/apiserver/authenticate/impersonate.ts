/** Acting as somebody else: headers name the other user, authorization of the verb `impersonate` decides. */
import { refuse } from '#kinds/meta/refusal.ts'
import type { Attributes, Authorizer } from '../authorize/authorizer.ts'
import { forbidden } from '../authorize/forbidden.ts'
import type { Incoming, User } from '../request.ts'
import { ANONYMOUS, UNAUTHENTICATED } from './anonymous.ts'
import { AUTHENTICATED } from './index.ts'
import { accountOfUser, groupsOfAccount } from './tokens.ts'

const PREFIX = 'impersonate-'
const EXTRA = 'impersonate-extra-'
const AUTHENTICATION = 'authentication.k8s.io'

/** Whom the headers name. */
interface Wish {
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** The user to act as; the asker when no header asks for another. Throws Refusal: 403 when the asker may not, 400 when the headers name no user. */
export async function impersonated(authorizer: Authorizer, asker: User, { headers }: Pick<Incoming, 'headers'>): Promise<User> {
  const wish = read(headers)
  if (!wish) return asker
  for (const ask of needed(wish)) {
    const attributes: Attributes = { ...NOTHING, ...ask, user: asker, verb: 'impersonate', isResource: true }
    const { decision, reason } = await authorizer.authorize(attributes)
    if (decision !== 'allow') throw forbidden(attributes, reason)
  }
  return { name: wish.user, groups: groupsOf(wish), extra: wish.extra, ...(wish.uid && { uid: wish.uid }) }
}
const NOTHING = { path: '', group: '', version: 'v1', resource: '', subresource: '', namespace: '', name: '' } as const

function read(headers: Incoming['headers']): Wish | undefined {
  // Nearly nobody wishes; looking closer costs more than the rest of authentication.
  let isAsked = false
  for (const name in headers) if (name.startsWith(PREFIX)) isAsked = true
  if (!isAsked) return undefined
  const all = (name: string) => [headers[name] ?? []].flat()
  const [user = ''] = all('impersonate-user')
  const [uid = ''] = all('impersonate-uid')
  const groups = all('impersonate-group')
  const extra = Object.fromEntries(
    Object.keys(headers)
      .filter(name => name.startsWith(EXTRA))
      .map(name => [unescaped(name.slice(EXTRA.length)), all(name)]),
  )
  if (user) return { user, uid, groups, extra }
  const without = [
    ...groups.map(group => `group ${group}`),
    ...Object.keys(extra).map(key => `extra ${key}`),
    ...(uid ? [`uid ${uid}`] : []),
  ]
  // Upstream calls this an error of its own (500); it is the asker's.
  if (without.length) throw refuse.badRequest(`requested [${without.join(', ')}] without impersonating a user`)
  return undefined
}
/** Keys are percent-encoded, since header names know no upper case and no slashes. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch (error) {
    if (error instanceof URIError) return key
    throw error
  }
}

/** Every part of the wish needs a permission of its own. */
function needed({ user, uid, groups, extra }: Wish): Partial<Attributes>[] {
  const account = accountOfUser(user)
  return [
    account ? { resource: 'serviceaccounts', ...account } : { resource: 'users', name: user },
    ...groups.map(name => ({ resource: 'groups', name })),
    ...Object.entries(extra).flatMap(([subresource, values]) =>
      values.map(name => ({ group: AUTHENTICATION, resource: 'userextras', subresource, name })),
    ),
    ...(uid ? [{ group: AUTHENTICATION, resource: 'uids', name: uid }] : []),
  ]
}
/** Named groups are all there is; a service account otherwise has its own. Being known, or not, is added. */
function groupsOf({ user, groups }: Wish): readonly string[] {
  const account = accountOfUser(user)
  const own = groups.length || !account ? groups : groupsOfAccount(account.namespace)
  if (user === ANONYMOUS) return own.includes(UNAUTHENTICATED) ? own : [...own, UNAUTHENTICATED]
  return own.includes(AUTHENTICATED) || own.includes(UNAUTHENTICATED) ? own : [...own, AUTHENTICATED]
}
