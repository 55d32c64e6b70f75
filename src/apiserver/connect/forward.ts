/** A plain HTTP request passed on to a backend, and its answer passed back, piece by piece. */
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { pipeline } from 'node:stream'
import { dialFailure } from '#base/dial-failure.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Incoming } from '../request.ts'
import type { StreamResult } from '../result.ts'
import type { Backend } from './backend.ts'
import { calledHost, requestHeaders, responseHeaders } from './headers.ts'
import { hostText, secure } from './tunnel.ts'

export interface Forwarded {
  readonly code: number
  readonly headers: Record<string, string | string[]>
  readonly body: IncomingMessage
}
/** Resolves when the backend's answer begins. `query` is without its question mark. Throws ServiceUnavailable when it cannot be reached. */
export function forward(incoming: Incoming, backend: Backend, query: string): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const { protocol, host, port, path, access } = backend
    const options = {
      host,
      port,
      path: `${path || '/'}${query && `?${query}`}`,
      method: incoming.method,
      // As upstream: the backend hears by which name the client called.
      headers: { ...requestHeaders(incoming), host: calledHost(incoming) ?? hostText(backend), 'x-forwarded-uri': incoming.path },
      signal: incoming.signal,
      // Each request by itself: a pooled connection that the backend has just closed would make a spurious failure.
      agent: false,
      ...(protocol === 'https:' && secure(access)),
    }
    const request = (protocol === 'https:' ? requestTls : requestPlain)(options, response =>
      resolve({ code: response.statusCode ?? 502, headers: responseHeaders(response.headers), body: response }),
    )
    request.on('error', cause => reject(refuse.unavailable(`error trying to reach service: ${dialFailure(cause, hostText(backend))}`)))
    const { content, headers } = incoming
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || !BODYLESS.has(incoming.method)
    // A client that breaks off ends the request to the backend as well, which is told above.
    if (hasBody && content) pipeline(content, request, () => undefined)
    else request.end()
  })
}
/** Methods whose requests have a body only if they say so. */
const BODYLESS = new Set(['GET', 'HEAD', 'OPTIONS'])
export const streamed = ({ code, headers, body }: Forwarded): StreamResult => ({ form: 'stream', code, headers, body })
