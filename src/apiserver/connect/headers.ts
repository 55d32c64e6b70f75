/** What is said to a backend on behalf of a client, and what of its answer is passed back. No credentials of the client's go on. */
import type { Incoming } from '../request.ts'
import { SUBPROTOCOL } from '../authenticate/bearer.ts'

type Headers = Record<string, string | string[]>
/** RFC 9110, 7.6.1: they concern one connection only. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/
/** What concerns the client and this server, and not the backend. */
const OWN = /^(:|host$|authorization$|impersonate-|expect$)/
/** Who may read this server's answers in a browser is not a backend's to say. */
const CROSS_ORIGIN = /^access-control-allow-(credentials|headers|methods|origin)$/

/** For a plain request; without `host`. */
export function requestHeaders(incoming: Incoming): Headers {
  const { headers } = incoming
  const named = namedByConnection(headers['connection'])
  return { ...kept(headers, name => !HOP_BY_HOP.test(name) && !named.has(name) && !OWN.test(name)), ...forwardedFor(incoming) }
}
/** For a request that asks to switch protocols, which the backend is to do as well; without `host`. */
export function upgradeHeaders(incoming: Incoming): Headers {
  const headers = kept(incoming.headers, name => !OWN.test(name) && name !== 'content-length')
  const offered = protocolsWithoutToken(headers['sec-websocket-protocol'])
  delete headers['sec-websocket-protocol']
  return { ...headers, ...(offered && { 'sec-websocket-protocol': offered }), ...forwardedFor(incoming) }
}
export function responseHeaders(headers: Incoming['headers']): Headers {
  const named = namedByConnection(headers['connection'])
  return kept(headers, name => !HOP_BY_HOP.test(name) && !named.has(name) && !CROSS_ORIGIN.test(name))
}
/** By which name the client called this server. */
export const calledHost = ({ headers }: Pick<Incoming, 'headers'>): string | undefined => {
  const host = headers['host'] ?? headers[':authority']
  return typeof host === 'string' && host ? host : undefined
}

function forwardedFor({ headers, remoteAddress }: Incoming): Headers {
  const passed = [headers['x-forwarded-for'], remoteAddress].flat().filter(Boolean)
  return passed.length ? { 'x-forwarded-for': passed.join(', ') } : {}
}
const kept = (headers: Incoming['headers'], isKept: (name: string) => boolean): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && isKept(name))) as Headers
const wordsOf = (value: string | readonly string[] | undefined): readonly string[] =>
  [value ?? []]
    .flat()
    .join(',')
    .split(',')
    .map(word => word.trim())
    .filter(Boolean)
const namedByConnection = (value: string | readonly string[] | undefined) => new Set(wordsOf(value).map(word => word.toLowerCase()))
/** Browsers can send their token only among the protocols that a WebSocket offers. */
const protocolsWithoutToken = (value: string | readonly string[] | undefined): string =>
  wordsOf(value)
    .filter(word => !word.startsWith(SUBPROTOCOL))
    .join(', ')
