/** Port forwarding as clients without SPDY speak it over WebSocket: for each port a channel of bytes, and one of what went wrong. Upstream: cri-streaming, portforward/websocket.go. */
import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { send } from '#base/web-socket.ts'
import { type ChannelProtocol, decodeMessage, encodeMessage } from './channels.ts'
import { Denied } from './denied.ts'
import { type Forwarding, passOn } from './port-forward.ts'

/** As many as there are channels for. */
const PORTS_MAX = 128

/** The ports in the order of their channels. Throws Denied, in upstream's words. */
export function portsAsked(query: URLSearchParams): readonly number[] {
  const given = query.getAll('port')
  if (given.length === 0) throw new Denied(400, 'query parameter "port" is required')
  const ports = given.flatMap(text => {
    if (text === '') throw new Denied(400, 'query parameter "port" cannot be empty')
    return text.split(',').map(word => portOf(word, text))
  })
  if (ports.length > PORTS_MAX) throw new Denied(400, `at most ${PORTS_MAX} ports can be forwarded over one connection`)
  return ports
}
function portOf(word: string, text: string): number {
  const failed = (why: string) =>
    new Denied(400, `unable to parse ${JSON.stringify(text)} as a port: strconv.ParseUint: parsing ${JSON.stringify(word)}: ${why}`)
  if (!/^\d+$/.test(word)) throw failed('invalid syntax')
  const port = Number(word)
  if (port > 65_535) throw failed('value out of range')
  if (port < 1) throw new Denied(400, `port ${JSON.stringify(text)} must be > 0`)
  return port
}

export interface Client {
  readonly socket: WebSocket
  readonly protocol: ChannelProtocol
  readonly ports: readonly number[]
}

/** Serves the client until all its connections have ended, or it goes. */
export async function forwardChannels({ socket, protocol, ports }: Client, { open }: Pick<Forwarding, 'open'>): Promise<void> {
  const gone = new AbortController()
  const tell = (channel: number, bytes: Buffer) => send(socket, encodeMessage(channel, bytes, protocol))
  const pairs = ports.map((port, i) => {
    const [bytes, failure] = [2 * i, 2 * i + 1]
    return { port, failure, bytes, data: new ChannelStream({ tell: piece => tell(bytes, piece), wants: () => socket.resume() }) }
  })
  const byChannel = new Map(pairs.map(({ bytes, data }) => [bytes, data]))
  socket.on('message', (message: Buffer) => {
    const { channel, bytes } = decodeMessage(message, protocol) ?? {}
    const data = channel === undefined ? undefined : byChannel.get(channel)
    // The pod reads slower than the client writes.
    if (bytes?.length && data?.readable && !data.push(bytes)) socket.pause()
  })
  socket.on('error', () => socket.terminate())
  socket.once('close', () => {
    gone.abort()
    for (const { data } of pairs) data.destroy()
  })
  const connected = pairs.map(async ({ port, failure, bytes, data }) => {
    // Which port a channel is of stands at its begin.
    const header = Buffer.alloc(2)
    header.writeUInt16LE(port)
    for (const channel of [bytes, failure]) await tell(channel, header)
    const words = await passOn({ data, port: String(port) }, open, gone.signal).catch((error: Error) => error.message)
    if (words) await tell(failure, Buffer.from(words))
  })
  await Promise.all(connected)
  socket.close(1000)
}

interface ChannelOptions {
  /** Resolves when the next piece may follow. */
  readonly tell: (bytes: Buffer) => Promise<void>
  /** Called when what has come was read. */
  readonly wants: () => void
}
/** The bytes of one channel. Its protocol has no word for an end of the client's bytes: that is the end of the WebSocket. */
class ChannelStream extends Duplex {
  readonly #options: ChannelOptions
  constructor(options: ChannelOptions) {
    super()
    this.#options = options
  }
  override _read(): void {
    this.#options.wants()
  }
  override _write(bytes: Buffer, _: BufferEncoding, done: () => void): void {
    void this.#tell(bytes, done)
  }
  async #tell(bytes: Buffer, done: () => void): Promise<void> {
    await this.#options.tell(bytes)
    done()
  }
}
