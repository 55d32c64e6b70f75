/** Frames of SPDY/3.1: made, and cut out of a stream of bytes. Specification: SPDY protocol draft 3.1, 2.2 and 2.6. */

export const FRAME = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const
export const FLAG_FIN = 1
const VERSION = 3
const CONTROL = 0x80

export type Frame =
  | { readonly kind: 'data'; readonly streamId: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer }

/** Larger frames are cut; everyone reads these. */
export const DATA_MAX_BYTES = 16_384

export function dataFrame(streamId: number, payload: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(streamId)
  head.writeUInt32BE((flags << 24) | payload.length, 4)
  return Buffer.concat([head, payload])
}
export function controlFrame(type: number, payload: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16BE((CONTROL << 8) | VERSION)
  head.writeUInt16BE(type, 2)
  head.writeUInt32BE(((flags << 24) | payload.length) >>> 0, 4)
  return Buffer.concat([head, payload])
}
/** The 32-bit numbers that most control frames carry. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, at) => bytes.writeUInt32BE(value >>> 0, at * 4))
  return bytes
}

/** Cuts frames out of what arrives. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)
  /** The frames that are complete now. Throws RangeError for another version of the protocol. */
  read(bytes: Buffer): readonly Frame[] {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, bytes]) : bytes
    const frames: Frame[] = []
    while (this.#rest.length >= 8) {
      const length = this.#rest.readUInt32BE(4) & 0xff_ff_ff
      if (this.#rest.length < 8 + length) break
      frames.push(frameOf(this.#rest.subarray(0, 8), this.#rest.subarray(8, 8 + length)))
      this.#rest = this.#rest.subarray(8 + length)
    }
    return frames
  }
}
function frameOf(head: Buffer, payload: Buffer): Frame {
  const flags = head[4] as number
  if (((head[0] as number) & CONTROL) === 0) return { kind: 'data', streamId: head.readUInt32BE(0), flags, payload }
  const version = head.readUInt16BE(0) & 0x7f_ff
  if (version !== VERSION) throw new RangeError(`read SPDY frame: version ${version}`)
  return { kind: 'control', type: head.readUInt16BE(2), flags, payload }
}
