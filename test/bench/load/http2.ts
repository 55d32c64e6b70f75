/** HTTP/2 frames over TLS by hand, so that the client costs little beside the server that it measures. Reference: RFC 9113. */
import type { TLSSocket } from 'node:tls'
import type { Requester } from './requester.ts'

const FRAME_HEAD_BYTES = 9
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const
const END_STREAM = 1
const END_HEADERS = 4
const ACK = 1
const WINDOW_MAX = 0x7fffffff
const WINDOW_DEFAULT = 65_535
/** After so many bytes the window of the connection is opened again. */
const REFILL_BYTES = 0x20000000
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

export interface Streams {
  /** Opens a stream; its id. */
  open(head: Buffer, body?: Buffer): number
  onData: (stream: number, bytes: Buffer) => void
  onEnd: (stream: number) => void
  onFailure: (error: Error) => void
}

export function http2Streams(socket: TLSSocket): Streams {
  let next = 1
  let rest = Buffer.alloc(0)
  let received = 0
  const streams: Streams = {
    open: (head, body) => {
      const id = next
      next += 2
      const frames = [frame(TYPE.headers, END_HEADERS | (body ? 0 : END_STREAM), id, head)]
      if (body) frames.push(frame(TYPE.data, END_STREAM, id, body))
      socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames))
      return id
    },
    onData: () => undefined,
    onEnd: () => undefined,
    onFailure: error => {
      throw error
    },
  }
  socket.write(
    Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0, settings()), frame(TYPE.windowUpdate, 0, 0, uint32(WINDOW_MAX - WINDOW_DEFAULT))]),
  )
  socket.on('data', (data: Buffer) => {
    const bytes = rest.length ? Buffer.concat([rest, data]) : data
    let at = 0
    while (bytes.length - at >= FRAME_HEAD_BYTES) {
      const end = at + FRAME_HEAD_BYTES + bytes.readUIntBE(at, 3)
      if (bytes.length < end) break
      take(bytes[at + 3] as number, bytes[at + 4] as number, bytes.readUInt32BE(at + 5), bytes.subarray(at + FRAME_HEAD_BYTES, end))
      at = end
    }
    rest = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at))
  })
  socket.on('error', error => streams.onFailure(error))
  socket.on('close', () => streams.onFailure(new Error('connection was closed')))
  return streams

  function take(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === TYPE.data) {
      received += payload.length
      if (received > REFILL_BYTES) {
        socket.write(frame(TYPE.windowUpdate, 0, 0, uint32(received)))
        received = 0
      }
      streams.onData(stream, payload)
      if (flags & END_STREAM) streams.onEnd(stream)
    } else if (type === TYPE.headers) {
      if (flags & END_STREAM) streams.onEnd(stream)
    } else if (type === TYPE.settings && !(flags & ACK)) socket.write(frame(TYPE.settings, ACK, 0, Buffer.alloc(0)))
    else if (type === TYPE.ping && !(flags & ACK)) socket.write(frame(TYPE.ping, ACK, 0, payload))
    else if (type === TYPE.reset || type === TYPE.goAway)
      streams.onFailure(new Error(`server sent frame ${type}, code ${payload.readUInt32BE(type === TYPE.reset ? 0 : 4)}`))
  }
}

/** One request at a time. Refusals are told by their body, which is a Status. */
export function http2(socket: TLSSocket): Requester {
  const streams = http2Streams(socket)
  let done: ((bytes: number) => void) | undefined
  let fail: ((error: Error) => void) | undefined
  let total = 0
  streams.onData = (_, bytes) => {
    if (total === 0 && bytes.subarray(0, 200).includes('"kind":"Status"'))
      fail?.(new Error(`request refused: ${bytes.toString('latin1', 0, 600)}`))
    total += bytes.length
  }
  streams.onEnd = () => {
    const bytes = total
    total = 0
    done?.(bytes)
  }
  streams.onFailure = error => fail?.(error)
  return {
    send: bytes =>
      new Promise((resolve, reject) => {
        done = resolve
        fail = reject
        const length = bytes.readUInt32BE(0)
        streams.open(bytes.subarray(4, 4 + length), bytes.length > 4 + length ? bytes.subarray(4 + length) : undefined)
      }),
    request: (method, path, body) => {
      const head = headerBlock(method, path, body)
      return Buffer.concat([uint32(head.length), head, body ?? Buffer.alloc(0)])
    },
  }
}

/** HPACK without compression: literal fields, never indexed (RFC 7541, 6.2.2). */
export function headerBlock(method: string, path: string, body?: Buffer): Buffer {
  const fields = [
    [':method', method],
    [':scheme', 'https'],
    [':authority', 'localhost'],
    [':path', path],
    ['accept', 'application/json'],
    ['user-agent', 'bench'],
    ...(body
      ? [
          ['content-type', 'application/json'],
          ['content-length', String(body.length)],
        ]
      : []),
  ] as const
  return Buffer.concat(fields.flatMap(([name = '', value = '']) => [Buffer.from([0]), string(name), string(value)]))
}
function string(value: string): Buffer {
  const bytes = Buffer.from(value)
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes])
  const length = [127]
  let left = bytes.length - 127
  for (; left >= 128; left >>= 7) length.push((left & 127) | 128)
  return Buffer.concat([Buffer.from([...length, left]), bytes])
}
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
/** No pushes, and as much as the server likes on each stream. */
function settings(): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(2, 0)
  bytes.writeUInt16BE(4, 6)
  bytes.writeUInt32BE(WINDOW_MAX, 8)
  return bytes
}
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
