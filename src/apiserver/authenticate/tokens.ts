/** Service account tokens: what they claim, how they are signed, and what must hold for a claim to be believed (KEP-1205). */
import type { JWTPayload } from 'jose'
import type { SigningKey } from './signing-key.ts'

interface Reference {
  readonly name: string
  readonly uid: string
}
/** What a token says of the account and of the objects it dies with. */
export interface AccountClaims {
  readonly namespace: string
  readonly serviceaccount: Reference
  readonly pod?: Reference
  readonly secret?: Reference
  readonly node?: { readonly name: string; readonly uid?: string }
  /** Seconds since the epoch, after which the use of the token deserves a warning. */
  readonly warnafter?: number
}
export interface Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: readonly string[]
  /** Seconds since the epoch, as are iat and nbf. */
  readonly exp: number
  readonly iat: number
  readonly nbf: number
  readonly jti: string
  readonly 'kubernetes.io': AccountClaims
}
/** The claims of tokens that live in secrets; they name no audience and never end. */
export interface LegacyClaims {
  readonly iss: typeof LEGACY_ISSUER
  readonly sub: string
  readonly 'kubernetes.io/serviceaccount/namespace': string
  readonly 'kubernetes.io/serviceaccount/secret.name': string
  readonly 'kubernetes.io/serviceaccount/service-account.name': string
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string
}
const LEGACY_ISSUER = 'kubernetes/serviceaccount'
/** As go-jose allows for clocks that differ. */
export const LEEWAY_SECONDS = 60

export const userOfAccount = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`
export const groupsOfAccount = (namespace: string): readonly string[] => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
/** Namespace and name of the account that a user is, or undefined. */
export function accountOfUser(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const match = /^system:serviceaccount:([a-z0-9](?:[-a-z0-9]*[a-z0-9])?):([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)$/.exec(user)
  return match ? { namespace: match[1] as string, name: match[2] as string } : undefined
}

export interface TokenWish {
  readonly serviceAccount: { readonly namespace: string } & Reference
  readonly boundTo?: Pick<AccountClaims, 'pod' | 'secret' | 'node'>
  readonly audiences: readonly string[]
  readonly expirationSeconds: number
  /** Seconds until the use of the token deserves a warning. */
  readonly warnAfterSeconds?: number
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly now: number
}
function claimsOf(issuer: string, wish: TokenWish): Claims {
  const { namespace, name, uid } = wish.serviceAccount
  const now = Math.floor(wish.now / 1000)
  return {
    iss: issuer,
    sub: userOfAccount(namespace, name),
    aud: wish.audiences,
    exp: now + wish.expirationSeconds,
    iat: now,
    nbf: now,
    jti: wish.id,
    'kubernetes.io': {
      namespace,
      serviceaccount: { name, uid },
      ...wish.boundTo,
      ...(wish.warnAfterSeconds && { warnafter: now + wish.warnAfterSeconds }),
    },
  }
}
const legacyClaims = (account: { readonly namespace: string } & Reference, secret: string): LegacyClaims => ({
  iss: LEGACY_ISSUER,
  sub: userOfAccount(account.namespace, account.name),
  'kubernetes.io/serviceaccount/namespace': account.namespace,
  'kubernetes.io/serviceaccount/secret.name': secret,
  'kubernetes.io/serviceaccount/service-account.name': account.name,
  'kubernetes.io/serviceaccount/service-account.uid': account.uid,
})

/** Why a token is not believed; clients are told only in token reviews. */
export class InvalidToken extends Error {}

/** Signs and checks. The library is loaded with the first token, so that a server without pods starts without it. */
export class Tokens {
  readonly issuer: string
  /** The first key signs; all of them are accepted. */
  readonly keys: readonly SigningKey[]
  readonly #known = new Map<string, Claims | LegacyClaims>()
  constructor(issuer: string, keys: readonly SigningKey[]) {
    if (!keys.length) throw new Error('tokens need at least one signing key')
    this.issuer = issuer
    this.keys = keys
  }

  /** A signed token for a service account. */
  issue(wish: TokenWish): Promise<string> {
    return this.#sign(claimsOf(this.issuer, wish))
  }
  /** The token of a secret of type kubernetes.io/service-account-token. */
  issueLegacy(account: { readonly namespace: string } & Reference, secret: string): Promise<string> {
    return this.#sign(legacyClaims(account, secret))
  }
  async #sign(claims: Claims | LegacyClaims): Promise<string> {
    const { SignJWT } = await import('jose')
    const [key] = this.keys as readonly [SigningKey]
    return new SignJWT({ ...claims } as JWTPayload).setProtectedHeader({ alg: key.algorithm, kid: key.id }).sign(key.privateKey)
  }

  /** Whether the token claims to be one of ours; others are left to other methods. */
  isOurs(token: string): boolean {
    const { iss } = payloadOf(token) ?? {}
    return iss === this.issuer || iss === LEGACY_ISSUER
  }
  /** The claims of a token with a good signature. Throws InvalidToken. */
  async verify(token: string): Promise<Claims | LegacyClaims> {
    const known = this.#known.get(token)
    if (known) return known
    const { compactVerify, errors } = await import('jose')
    for (const key of this.keys) {
      try {
        await compactVerify(token, key.publicKey, { algorithms: [key.algorithm] })
      } catch (error) {
        if (error instanceof errors.JOSEError) continue
        throw error
      }
      const claims = payloadOf(token) as unknown as Claims | LegacyClaims
      this.#remember(token, claims)
      return claims
    }
    throw new InvalidToken('no keys found')
  }
  #remember(token: string, claims: Claims | LegacyClaims): void {
    const oldest = this.#known.size >= KNOWN_MAX ? this.#known.keys().next().value : undefined
    if (oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(token, claims)
  }
}
/** So that tokens thrown away by their holders do not stay in memory: a token takes about 2 KB. */
const KNOWN_MAX = 4096

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload, signature] = token.split('.')
  if (!payload || !signature) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? (claims as Readonly<Record<string, unknown>>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
