/** What others need in order to check service account tokens: OpenID discovery and the keys (KEP-1393). */
import { discoveryDocument, keySet } from '../authenticate/signing-key.ts'
import type { Tokens } from '../authenticate/tokens.ts'
import type { BytesResult } from '../result.ts'
import type { Route } from '../route.ts'

/** As upstream: keys may be kept for an hour. */
const KEPT_SECONDS = 3600

export function openidRoute({ issuer, keys }: Pick<Tokens, 'issuer' | 'keys'>): Route {
  const documents: Readonly<Record<string, BytesResult>> = {
    '/.well-known/openid-configuration': bytes('application/json', discoveryDocument(issuer, keys)),
    '/openid/v1/jwks': bytes('application/jwk-set+json', keySet(keys)),
  }
  return ({ target }) => documents[target.path.replace(/\/$/, '')]
}
const bytes = (contentType: string, value: object): BytesResult => ({
  form: 'bytes',
  code: 200,
  headers: { 'content-type': contentType, 'cache-control': `public, max-age=${KEPT_SECONDS}` },
  body: JSON.stringify(value),
})
