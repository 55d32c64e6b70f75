/** Many streams over one SPDY/3.1 connection, as `kubectl` and container runtimes speak it for exec, attach and port forwarding. */
import { Duplex } from 'node:stream'
import { controlFrame, DATA_MAX_BYTES, dataFrame, FLAG_FIN, FRAME, type Frame, FrameReader, words } from './frames.ts'
import { HeaderReader, type Headers, HeaderWriter } from './headers.ts'

/** What a stream may hold unread in the peer, once the peer tells that it counts. */
const WINDOW_BYTES = 65_536
const SETTINGS_INITIAL_WINDOW = 7
const STATUS_CANCEL = 5
const STATUS_REFUSED = 3

export interface SpdyOptions {
  /** Clients open streams of odd numbers, servers of even ones. */
  readonly role: 'client' | 'server'
  /** Takes a stream that the peer opens; without it such streams are refused. */
  readonly accept?: (stream: SpdyStream) => void
  /** Bytes of the connection that were read together with the upgrade. */
  readonly head?: Buffer
}

export class SpdyConnection implements Disposable {
  readonly #socket: Duplex
  readonly #accept: SpdyOptions['accept']
  readonly #streams = new Map<number, SpdyStream>()
  readonly #frames = new FrameReader()
  readonly #headersIn = new HeaderReader()
  readonly #headersOut = new HeaderWriter()
  #nextId: number
  /** Go's spdystream neither counts windows nor updates them: only a peer that does is held to them. */
  #countsWindows = false
  #initialWindow = WINDOW_BYTES

  constructor(socket: Duplex, { role, accept, head }: SpdyOptions) {
    this.#socket = socket
    this.#accept = accept
    this.#nextId = role === 'client' ? 1 : 2
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('drain', () => this.#drained())
    socket.once('close', () => this.#closed())
    socket.once('end', () => this.#closed())
    socket.on('error', () => this.#closed())
    if (head?.length) this.#read(head)
  }

  /** Opens a stream; it can be written at once. */
  open(headers: Headers): SpdyStream {
    const id = this.#nextId
    this.#nextId += 2
    const stream = this.#made(id, headers)
    this.send(controlFrame(FRAME.synStream, Buffer.concat([words(id, 0), Buffer.alloc(2), this.#headersOut.write(headers)])))
    return stream
  }
  /** Ends the connection and all of its streams. */
  [Symbol.dispose](): void {
    this.#socket.destroy()
    this.#closed()
  }

  /** False when the caller should wait before it sends more. */
  send(frame: Buffer): boolean {
    return this.#socket.writable ? this.#socket.write(frame) : true
  }
  /** Nobody reads this stream fast enough: nothing more is read at all, as there are no other means of holding the peer. */
  hold(): void {
    this.#socket.pause()
  }
  release(): void {
    this.#socket.resume()
  }
  get countsWindows(): boolean {
    return this.#countsWindows
  }
  get initialWindow(): number {
    return this.#initialWindow
  }
  forget(id: number): void {
    this.#streams.delete(id)
  }

  #made(id: number, headers: Headers): SpdyStream {
    const stream = new SpdyStream(this, id, headers)
    this.#streams.set(id, stream)
    return stream
  }
  #read(bytes: Buffer): void {
    try {
      for (const frame of this.#frames.read(bytes)) this.#take(frame)
    } catch (error) {
      this.#closed(error as Error)
      this.#socket.destroy()
    }
  }
  #take(frame: Frame): void {
    const { payload, flags } = frame
    if (frame.kind === 'data') {
      this.#streams.get(frame.streamId)?.arrive(payload, (flags & FLAG_FIN) !== 0)
      return
    }
    const number = (at: number) => payload.readUInt32BE(at)
    switch (frame.type) {
      case FRAME.synStream:
        return this.#opened(number(0) & 0x7f_ff_ff_ff, this.#headersIn.read(payload.subarray(10)), flags)
      case FRAME.synReply:
        this.#headersIn.read(payload.subarray(4))
        return this.#streams.get(number(0))?.replied()
      case FRAME.headers:
        return void this.#headersIn.read(payload.subarray(4))
      case FRAME.rstStream:
        return this.#streams.get(number(0))?.reset(number(4))
      case FRAME.ping:
        return void this.send(controlFrame(FRAME.ping, payload))
      case FRAME.settings:
        return this.#settings(payload)
      case FRAME.windowUpdate:
        this.#countsWindows = true
        return this.#streams.get(number(0))?.widen(number(4) & 0x7f_ff_ff_ff)
      default:
        return
    }
  }
  #opened(id: number, headers: Headers, flags: number): void {
    if (!this.#accept) return void this.send(controlFrame(FRAME.rstStream, words(id, STATUS_REFUSED)))
    const stream = this.#made(id, headers)
    this.send(controlFrame(FRAME.synReply, Buffer.concat([words(id), this.#headersOut.write({})])))
    this.#accept(stream)
    if ((flags & FLAG_FIN) !== 0) stream.arrive(Buffer.alloc(0), true)
  }
  #settings(payload: Buffer): void {
    for (let at = 4; at + 8 <= payload.length; at += 8) {
      if ((payload.readUInt32BE(at) & 0xff_ff_ff) !== SETTINGS_INITIAL_WINDOW) continue
      this.#countsWindows = true
      this.#initialWindow = payload.readUInt32BE(at + 4)
    }
  }
  #drained(): void {
    for (const stream of this.#streams.values()) stream.drained()
  }
  #closed(error?: Error): void {
    for (const stream of this.#streams.values()) stream.lose(error)
    this.#streams.clear()
  }
}

/** One stream of a connection. Ending the writing side is a half-close: the other side can still write. */
export class SpdyStream extends Duplex {
  readonly id: number
  readonly headers: Headers
  /** Resolves when the peer has taken the stream. */
  readonly accepted: Promise<void>
  readonly #connection: SpdyConnection
  #becomeAccepted: () => void = () => undefined
  #sent = 0
  #granted = 0
  #waiting: (() => void) | undefined
  #isReset = false

  constructor(connection: SpdyConnection, id: number, headers: Headers) {
    super({ allowHalfOpen: true })
    this.#connection = connection
    this.id = id
    this.headers = headers
    this.accepted = new Promise(resolve => (this.#becomeAccepted = resolve))
    // A stream whose end nobody waits for may be reset without harm.
    this.on('error', () => undefined)
  }

  /** Whether the peer has thrown it away. */
  get isReset(): boolean {
    return this.#isReset
  }
  arrive(bytes: Buffer, isLast: boolean): void {
    if (bytes.length) {
      if (this.#connection.countsWindows) this.#connection.send(controlFrame(FRAME.windowUpdate, words(this.id, bytes.length)))
      if (!this.push(bytes)) this.#connection.hold()
    }
    if (isLast) this.push(null)
  }
  replied(): void {
    this.#becomeAccepted()
  }
  widen(bytes: number): void {
    this.#granted += bytes
    this.drained()
  }
  drained(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.()
  }
  /** Servers cancel what is left of a stream when all is said: what was read before is kept. */
  reset(status: number): void {
    this.#isReset = true
    this.lose(status === STATUS_CANCEL ? undefined : new Error(`SPDY stream was reset: status ${status}`))
  }
  lose(error?: Error): void {
    this.#becomeAccepted()
    this.drained()
    if (error) this.destroy(error)
    else if (!this.readableEnded) this.push(null)
  }

  override _read(): void {
    this.#connection.release()
  }
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.#send(chunk, done)
  }
  override _final(done: () => void): void {
    if (!this.#isReset) this.#connection.send(dataFrame(this.id, Buffer.alloc(0), FLAG_FIN))
    done()
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished && !this.#isReset) this.#connection.send(controlFrame(FRAME.rstStream, words(this.id, STATUS_CANCEL)))
    this.#connection.forget(this.id)
    done(error)
  }

  #send(chunk: Buffer, done: (error?: Error) => void): void {
    if (this.destroyed || this.#isReset) return done()
    if (chunk.length === 0) return done()
    const room = this.#connection.countsWindows ? this.#connection.initialWindow + this.#granted - this.#sent : DATA_MAX_BYTES
    if (room <= 0) {
      this.#waiting = () => this.#send(chunk, done)
      return
    }
    const size = Math.min(chunk.length, DATA_MAX_BYTES, room)
    this.#sent += size
    const mayGoOn = this.#connection.send(dataFrame(this.id, chunk.subarray(0, size)))
    const rest = chunk.subarray(size)
    if (mayGoOn) this.#send(rest, done)
    else this.#waiting = () => this.#send(rest, done)
  }
}
