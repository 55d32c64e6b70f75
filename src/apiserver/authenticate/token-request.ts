/** The token subresource of service accounts: checks what is asked for and issues (KEP-1205). Upstream: pkg/registry/core/serviceaccount. */
import { timestamp } from '#base/clock.ts'
import type { TokenRequest } from '#kinds/authentication/token-request.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { type About, refuse } from '#kinds/meta/refusal.ts'
import { pathAt } from '#schema/path.ts'
import type { Objects } from '../resources/objects.ts'
import type { Tokens, TokenWish } from './tokens.ts'

export interface TokenAsk {
  readonly tokens: Tokens
  readonly objects: Objects
  /** For whom a token is meant when the request does not say. */
  readonly audiences: readonly string[]
  readonly namespace: string
  readonly name: string
  readonly request: TokenRequest
  /** Unique: the token's id. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly now: number
}
const EXPIRATION_MIN_SECONDS = 600
const EXPIRATION_MAX_SECONDS = 2 ** 32
const EXPIRATION_DEFAULT_SECONDS = 3600
/** What projected volumes ask for when nobody said how long: such tokens are made to last, and warn when they are not reloaded. */
const PROJECTED_SECONDS = 3607
const EXTENDED_SECONDS = 365 * 24 * 3600

const ABOUT: About = { group: 'authentication.k8s.io', resource: 'tokenrequests', kind: 'TokenRequest' }

/** The request with its status: the token and when it ends. Throws Refusal. */
export async function answerTokenRequest(ask: TokenAsk): Promise<object> {
  const { namespace, name, request, objects } = ask
  for (const [field, wanted, given] of [
    ['name', name, request.metadata.name],
    ['namespace', namespace, request.metadata.namespace],
  ] as const) {
    if (!given || given === wanted) continue
    const at = pathAt()
    at.key('metadata').key(field).invalid(given, `must match the service account ${field} if specified`)
    throw refuse.invalid(ABOUT, name, at.problems)
  }
  const account = await objects.get(ServiceAccount, { namespace, name })
  if (!account) throw refuse.notFound({ group: '', resource: 'serviceaccounts' }, name)
  const expirationSeconds = request.spec.expirationSeconds ?? EXPIRATION_DEFAULT_SECONDS
  checkExpiration(expirationSeconds)
  const audiences = request.spec.audiences?.length ? request.spec.audiences : ask.audiences
  const boundTo = await boundObject(ask)
  const isProjected = expirationSeconds === PROJECTED_SECONDS && boundTo?.pod !== undefined && isForServer(audiences, ask.audiences)
  const token = await ask.tokens.issue({
    serviceAccount: { namespace, name, uid: account.metadata.uid ?? '' },
    audiences,
    expirationSeconds: isProjected ? EXTENDED_SECONDS : expirationSeconds,
    ...(boundTo && { boundTo }),
    ...(isProjected && { warnAfterSeconds: expirationSeconds }),
    id: ask.id,
    now: ask.now,
  })
  return {
    ...request,
    metadata: { ...request.metadata, name, namespace, creationTimestamp: timestamp(ask.now) },
    spec: { ...request.spec, audiences, expirationSeconds },
    status: { token, expirationTimestamp: timestamp(ask.now + expirationSeconds * 1000) },
  }
}

function checkExpiration(seconds: number): void {
  const at = pathAt()
  const field = at.key('spec').key('expirationSeconds')
  if (seconds < EXPIRATION_MIN_SECONDS) field.invalid(seconds, 'may not specify a duration less than 10 minutes')
  if (seconds > EXPIRATION_MAX_SECONDS) field.invalid(seconds, 'may not specify a duration larger than 2^32 seconds')
  if (at.problems.length) throw refuse.invalid(ABOUT, '', at.problems)
}
const isForServer = (audiences: readonly string[], own: readonly string[]) => audiences.every(audience => own.includes(audience))

async function boundObject({ objects, namespace, name, request }: TokenAsk): Promise<TokenWish['boundTo']> {
  const ref = request.spec.boundObjectRef
  if (!ref) return undefined
  const [version = '', group = ''] = (ref.apiVersion ?? '').split('/').reverse()
  const kind = group === '' ? ref.kind : undefined
  const object = { name: ref.name ?? '', uid: '' }
  switch (kind) {
    case 'Pod': {
      const pod = await objects.get(Pod, { namespace, name: object.name })
      if (!pod) throw refuse.notFound({ group: '', resource: 'pods' }, object.name)
      if (pod.spec.serviceAccountName !== name)
        throw refuse.badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
        )
      const bound = checkUid(ref, object.name, pod.metadata.uid)
      if (!pod.spec.nodeName) return { pod: bound }
      const node = await objects.get(Node, { name: pod.spec.nodeName })
      return { pod: bound, node: { name: pod.spec.nodeName, ...(node?.metadata.uid && { uid: node.metadata.uid }) } }
    }
    case 'Node': {
      const node = await objects.get(Node, { name: object.name })
      if (!node) throw refuse.notFound({ group: '', resource: 'nodes' }, object.name)
      return { node: checkUid(ref, object.name, node.metadata.uid) }
    }
    case 'Secret': {
      const secret = await objects.get(Secret, { namespace, name: object.name })
      if (!secret) throw refuse.notFound({ group: '', resource: 'secrets' }, object.name)
      return { secret: checkUid(ref, object.name, secret.metadata.uid) }
    }
    default:
      throw refuse.badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${ref.kind ?? ''}`)
  }
}
function checkUid(ref: { readonly kind?: string; readonly uid?: string }, name: string, uid = '') {
  if (!ref.uid || ref.uid === uid) return { name, uid }
  const message = `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`
  throw refuse.conflict({ group: '', resource: ref.kind ?? '' }, name, message)
}
