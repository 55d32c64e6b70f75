/** A plain HTTP request passed on to a backend, and its answer passed back, piece by piece. */
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { Readable } from 'node:stream'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Incoming } from '../request.ts'
import type { StreamResult } from '../result.ts'
import { type Backend } from './backend.ts'
import { hostText, secure } from './tunnel.ts'

/** RFC 9110, 7.6.1: they concern one connection only. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/
const OWN_HEADERS = /^(:|host$|authorization$|impersonate-|accept-encoding$)/

export interface Forwarded {
  readonly code: number
  readonly headers: Record<string, string | string[]>
  readonly body: IncomingMessage
}
/** Resolves when the backend's answer begins. Throws ServiceUnavailable when it cannot be reached. */
export function forward(incoming: Incoming, backend: Backend, query: string): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const { protocol, host, port, path, access } = backend
    const options = {
      host,
      port,
      path: `${path || '/'}${query && `?${query}`}`,
      method: incoming.method,
      headers: { ...requestHeaders(incoming), host: hostText(backend) },
      signal: incoming.signal,
      // Each request by itself: a pooled connection that the backend has just closed would make a spurious failure.
      agent: false,
      ...(protocol === 'https:' && secure(access)),
    }
    const request = (protocol === 'https:' ? requestTls : requestPlain)(options, response =>
      resolve({ code: response.statusCode ?? 502, headers: responseHeaders(response), body: response }),
    )
    request.once('error', cause => reject(refuse.unavailable(`error trying to reach service: ${cause.message}`)))
    const hasBody = !['GET', 'HEAD'].includes(incoming.method) || incoming.headers['content-length'] !== undefined
    if (hasBody && incoming.content) Readable.from(incoming.content).pipe(request)
    else request.end()
  })
}
export const streamed = ({ code, headers, body }: Forwarded): StreamResult => ({ form: 'stream', code, headers, body })

function requestHeaders({ headers, remoteAddress = '', path }: Incoming): Record<string, string | string[]> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.test(name) && !OWN_HEADERS.test(name))
  const before = headers['x-forwarded-for']
  return {
    ...(Object.fromEntries(kept) as Record<string, string | string[]>),
    'x-forwarded-for': [before, remoteAddress].flat().filter(Boolean).join(', '),
    'x-forwarded-uri': path,
  }
}
const responseHeaders = ({ headers }: IncomingMessage): Record<string, string | string[]> =>
  Object.fromEntries(Object.entries(headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.test(name))) as Record<
    string,
    string | string[]
  >
