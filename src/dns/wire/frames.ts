/** Messages on a connection, each after its length in two bytes (RFC 1035, 4.2.2), in whatever pieces they come. */

export class Frames {
  #rest: Buffer = Buffer.alloc(0)

  add(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
  }
  /** The next message that is whole; undefined when more has to come first. */
  next(): Buffer | undefined {
    const end = this.#rest.length < 2 ? Infinity : 2 + this.#rest.readUInt16BE(0)
    if (this.#rest.length < end) return undefined
    const message = this.#rest.subarray(2, end)
    this.#rest = this.#rest.subarray(end)
    return message
  }
}

export function framed(message: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(message.length + 2)
  bytes.writeUInt16BE(message.length, 0)
  message.copy(bytes, 2)
  return bytes
}
