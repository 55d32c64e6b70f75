/** Bridges WebSocket clients to the runtime's SPDY streams: exec and attach by channels, port forwarding as SPDY inside of it. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, type WebSocket } from 'ws'
import { type Clock, wait } from '#base/clock.ts'
import { SpdyConnection, type SpdyStream } from '#base/spdy/connection.ts'
import { acceptWebSocket, offeredProtocols, send } from '#base/web-socket.ts'
import { CHANNEL, type ChannelProtocol, commandProtocol, decodeMessage, encodeMessage, forwardProtocol } from './channels.ts'
import { forwardChannels, portsAsked } from './forward-channels.ts'
import { type Forwarding, forwardPorts, PORT_FORWARD } from './port-forward.ts'
import { openSpdy } from './upstream.ts'

export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  /** Called when the client has been answered: from then on nothing of HTTP may be written. */
  readonly taken: () => void
}
export interface Wish {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}
/** The name by which a client asks for SPDY through a WebSocket (KEP-4006). */
const TUNNEL = `SPDY/3.1+${PORT_FORWARD}`
/** kubectl of some versions begins to read before it has made its streams, and throws away what comes for them until then. */
const STREAMS_STAND_AFTER_MS = 50

function accept({ request, socket, head, taken }: Upgrade, protocol: string): Promise<WebSocket> {
  taken()
  return acceptWebSocket({ method: request.method, headers: request.headers, socket, head }, protocol)
}

/** Exec and attach. Throws when the runtime refuses, before the client is told anything. */
export async function bridgeCommand(upgrade: Upgrade, url: URL, { clock, ...wish }: Wish & { readonly clock: Clock }): Promise<void> {
  const protocol = commandProtocol(offeredProtocols(upgrade.request))
  const { socket, head } = await openSpdy(url, ['v4.channel.k8s.io'])
  const client = await accept(upgrade, protocol.name)
  using connection = new SpdyConnection(socket, { role: 'client', head })
  socket.resume()
  const open = (streamtype: string) => connection.open({ streamtype })
  const error = open('error')
  const stdin = wish.stdin ? open('stdin') : undefined
  const stdout = wish.stdout ? open('stdout') : undefined
  // A terminal has one output for all.
  const stderr = wish.stderr && !wish.tty ? open('stderr') : undefined
  const resize = wish.tty ? open('resize') : undefined
  listen(client, protocol, { stdin, resize })
  const closed = new Promise<void>(resolve => client.once('close', () => resolve()))
  await wait(clock, STREAMS_STAND_AFTER_MS)
  // So that the client knows that the streams stand, before anything is written to them.
  await send(client, encodeMessage(wish.stdout ? CHANNEL.stdout : wish.stderr ? CHANNEL.stderr : CHANNEL.error, Buffer.alloc(0), protocol))
  const forward = async (stream: SpdyStream | undefined, channel: number) => {
    if (!stream) return
    for await (const bytes of stream) await send(client, encodeMessage(channel, bytes as Buffer, protocol))
  }
  const finished = Promise.all([forward(stdout, CHANNEL.stdout), forward(stderr, CHANNEL.stderr), ending(error)]).then(
    async ([, , text]) => {
      const words = protocol.hasStatus ? text : failureOf(text)
      if (words) await send(client, encodeMessage(CHANNEL.error, Buffer.from(words), protocol))
      client.close(1000)
    },
  )
  await Promise.race([finished, closed])
  await closed
}

function listen(
  client: WebSocket,
  protocol: ChannelProtocol,
  { stdin, resize }: { stdin: SpdyStream | undefined; resize: SpdyStream | undefined },
): void {
  client.on('message', (data: Buffer) => {
    const message = decodeMessage(data, protocol)
    if (!message) return
    const { channel, bytes } = message
    const target = channel === CHANNEL.stdin ? stdin : channel === CHANNEL.resize ? resize : undefined
    if (channel === CHANNEL.close && protocol.canClose && bytes[0] === CHANNEL.stdin) stdin?.end()
    else if (target?.writable && bytes.length && !target.write(bytes)) {
      // The command reads slower than the client writes.
      client.pause()
      target.once('drain', () => client.resume())
    }
  })
  client.on('error', () => client.terminate())
}

/** All that comes on a stream, as text. */
async function ending(stream: SpdyStream): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString()
}
/** Old clients get a sentence, and only when something went wrong. */
function failureOf(text: string): string {
  if (!text.startsWith('{')) return text
  const { status, message = '' } = JSON.parse(text) as { status?: string; message?: string }
  return status === 'Success' ? '' : message
}

/** Port forwarding: a SPDY connection inside of the messages, or channels. Throws Denied before the client is told anything. */
export async function bridgeForwarding(upgrade: Upgrade, query: URLSearchParams, forwarding: Forwarding): Promise<void> {
  const offered = offeredProtocols(upgrade.request)
  if (offered.includes(TUNNEL)) return await forwardPorts(createWebSocketStream(await accept(upgrade, TUNNEL)), forwarding)
  const [protocol, ports] = [forwardProtocol(offered), portsAsked(query)]
  await forwardChannels({ socket: await accept(upgrade, protocol.name), protocol, ports }, forwarding)
}
