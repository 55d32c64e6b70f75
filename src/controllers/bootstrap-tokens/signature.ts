/** A signature that stands apart from what it signs (RFC 7515, appendix F), by which a new node knows the cluster's authority. */
import { createHmac } from 'node:crypto'

/** JWS by HMAC with SHA-256, the content left out. Who knows the token can compute the same, and so trusts the content. */
export function detachedSignature(content: string, { id, secret }: { readonly id: string; readonly secret: string }): string {
  const header = encoded(JSON.stringify({ alg: 'HS256', kid: id }))
  const signature = createHmac('sha256', secret)
    .update(`${header}.${encoded(content)}`)
    .digest('base64url')
  return `${header}..${signature}`
}
const encoded = (text: string) => Buffer.from(text).toString('base64url')
