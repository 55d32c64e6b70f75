/** Answers a request to become a WebSocket. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface SocketRequest {
  readonly method?: string | undefined
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly socket: Duplex
  /** What arrived after the request's head. */
  readonly head: Uint8Array
}
/** Everything that is written at once by a client; larger messages break the connection. */
const MESSAGE_MAX_BYTES = 32 * 1024 * 1024

export const wantsWebSocket = ({ headers }: Pick<SocketRequest, 'headers'>): boolean =>
  String(headers.upgrade).toLowerCase() === 'websocket'

/** In the order in which the client would like them. */
export const offeredProtocols = ({ headers }: Pick<SocketRequest, 'headers'>): readonly string[] =>
  [headers['sec-websocket-protocol'] ?? '']
    .flat()
    .flatMap(line => line.split(','))
    .map(name => name.trim())
    .filter(Boolean)

/** `protocol` is the one that was chosen; '' for none. */
export function acceptWebSocket({ method, headers, socket, head }: SocketRequest, protocol: string): Promise<WebSocket> {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX_BYTES })
  // The names of Kubernetes' protocols are not what the RFC allows, and libraries refuse them: they are read and answered here.
  const { 'sec-websocket-protocol': _, ...others } = headers
  if (protocol) server.on('headers', lines => void lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
  const request = { method, headers: others } as unknown as IncomingMessage
  return new Promise(resolve => server.handleUpgrade(request, socket, Buffer.from(head), resolve))
}

/** Sends text, or bytes; resolves when the next may follow. A client that has gone gets nothing any more. */
export const send = (client: WebSocket, message: Buffer | string): Promise<void> =>
  new Promise(resolve => {
    if (client.readyState !== client.OPEN) resolve()
    else client.send(message, { binary: typeof message !== 'string' }, () => resolve())
  })
