/** Bearer tokens of service accounts: the signature, the times, the audience, and that everything the token is bound to is still there. */
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import type { User } from '../request.ts'
import type { Objects } from '../resources/objects.ts'
import {
  type AccountClaims,
  type Claims,
  groupsOfAccount,
  InvalidToken,
  LEEWAY_SECONDS,
  type LegacyClaims,
  type Tokens,
  userOfAccount,
} from './tokens.ts'

export interface TokenCheck {
  readonly tokens: Tokens
  readonly objects: Objects
  readonly token: string
  /** One of them must be among the token's own. */
  readonly audiences: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
}
export interface KnownToken {
  readonly user: User
  /** Those of the wanted audiences for which the token is good. */
  readonly audiences: readonly string[]
  /** The token is used beyond its time by a client that does not reload it. */
  readonly isStale: boolean
}

/** Undefined when the token is not of this issuer. Throws InvalidToken. */
export async function checkAccountToken(check: TokenCheck): Promise<KnownToken | undefined> {
  if (!check.tokens.isOurs(check.token)) return undefined
  const claims = await check.tokens.verify(check.token)
  return 'kubernetes.io' in claims ? bound(check, claims) : legacy(check, claims)
}

async function bound({ objects, audiences: wanted, now }: TokenCheck, claims: Claims): Promise<KnownToken> {
  const seconds = Math.floor(now / 1000)
  if (seconds > claims.exp + LEEWAY_SECONDS) throw new InvalidToken('service account token has expired')
  if (seconds < claims.nbf - LEEWAY_SECONDS) throw new InvalidToken('service account token is not valid yet')
  if (seconds < claims.iat - LEEWAY_SECONDS) throw new InvalidToken('service account token is issued in the future')
  const audiences = wanted.filter(audience => claims.aud.includes(audience))
  if (!audiences.length)
    throw new InvalidToken(`token audiences ${listed(claims.aud)} is invalid for the target audiences ${listed(wanted)}`)

  const account = claims['kubernetes.io']
  const { namespace, serviceaccount, pod, secret, node } = account
  const deletedBefore = now - LEEWAY_SECONDS * 1000
  const check = (what: string, claim: string, object: { readonly metadata: ObjectMeta } | undefined, uid: string | undefined) => {
    if (!object || isGone(object, deletedBefore)) throw new InvalidToken('service account token has been invalidated')
    if (object.metadata.uid !== uid) throw new InvalidToken(`${what} UID (${object.metadata.uid}) does not match ${claim} (${uid})`)
  }
  check('service account', 'claim', await objects.get(ServiceAccount, { namespace, name: serviceaccount.name }), serviceaccount.uid)
  if (secret) check('secret', 'service account secret ref claim', await objects.get(Secret, { namespace, name: secret.name }), secret.uid)
  if (pod) check('pod', 'service account pod ref claim', await objects.get(Pod, { namespace, name: pod.name }), pod.uid)
  // Beside a pod the node is only told: the pod dies with it.
  else if (node) check('node', 'service account node ref claim', await objects.get(Node, { name: node.name }), node.uid)
  return { user: userOf(account, claims.jti), audiences, isStale: account.warnafter !== undefined && seconds > account.warnafter }
}

async function legacy({ objects, audiences, token, now }: TokenCheck, claims: LegacyClaims): Promise<KnownToken> {
  const namespace = claims['kubernetes.io/serviceaccount/namespace']
  const name = claims['kubernetes.io/serviceaccount/service-account.name']
  const uid = claims['kubernetes.io/serviceaccount/service-account.uid']
  if (claims.sub !== userOfAccount(namespace, name)) throw new InvalidToken('Subject claim is invalid')
  const deletedBefore = now - LEEWAY_SECONDS * 1000
  const secret = await objects.get(Secret, { namespace, name: claims['kubernetes.io/serviceaccount/secret.name'] })
  if (!secret || isGone(secret, deletedBefore)) throw new InvalidToken('service account token has been invalidated')
  if (Buffer.from(secret.data?.token ?? '', 'base64').toString() !== token)
    throw new InvalidToken("service account token does not match server's copy")
  const account = await objects.get(ServiceAccount, { namespace, name })
  if (!account || isGone(account, deletedBefore)) throw new InvalidToken(`ServiceAccount ${namespace}/${name} has been deleted`)
  if (account.metadata.uid !== uid) throw new InvalidToken(`ServiceAccount UID (${account.metadata.uid}) does not match claim (${uid})`)
  const user = { name: claims.sub, uid, groups: groupsOfAccount(namespace), extra: {} }
  return { user, audiences, isStale: false }
}

const isGone = ({ metadata }: { readonly metadata: ObjectMeta }, before: number) =>
  metadata.deletionTimestamp !== undefined && Date.parse(metadata.deletionTimestamp) < before

const EXTRA = 'authentication.kubernetes.io/'
function userOf({ namespace, serviceaccount, pod, node }: AccountClaims, id: string): User {
  return {
    name: userOfAccount(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: groupsOfAccount(namespace),
    extra: {
      ...(pod && { [`${EXTRA}pod-name`]: [pod.name], [`${EXTRA}pod-uid`]: [pod.uid] }),
      ...(node && { [`${EXTRA}node-name`]: [node.name] }),
      ...(node?.uid && { [`${EXTRA}node-uid`]: [node.uid] }),
      ...(id && { [`${EXTRA}credential-id`]: [`JTI=${id}`] }),
    },
  }
}
const listed = (values: readonly string[]) => `[${values.map(value => JSON.stringify(value)).join(' ')}]`
