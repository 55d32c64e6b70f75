/** Where a bearer token may stand in a request: the Authorization header, or a WebSocket's subprotocols. */
import type { Incoming } from '../request.ts'

/** Browsers cannot set headers on WebSockets, so the token stands base64url-encoded behind this prefix. */
export const SUBPROTOCOL = 'base64url.bearer.authorization.k8s.io.'

export function bearerToken({ headers }: Pick<Incoming, 'headers'>): string | undefined {
  const authorization = first(headers.authorization)
  const [scheme, token] = authorization?.trim().split(' ') ?? []
  if (scheme?.toLowerCase() === 'bearer' && token) return token
  const offered = first(headers['sec-websocket-protocol'])?.split(',') ?? []
  const encoded = offered.map(one => one.trim()).find(one => one.startsWith(SUBPROTOCOL))
  return encoded && Buffer.from(encoded.slice(SUBPROTOCOL.length), 'base64url').toString('utf8')
}
const first = (value: string | readonly string[] | undefined) => (typeof value === 'object' ? value.join(',') : value)
