/** Memory of a fixed size, taken once, in which pieces of bytes are kept as chains of small blocks. */

const NONE = -1

/**
 * The system gives pages of it only when they are first written, and blocks that were let go are the first to be taken again: so as much
 * is used as was ever kept at a time. Objects of their own would be left behind in the heap, three times as much as lives.
 */
export class ByteBlocks {
  readonly #bytes: Buffer
  readonly #blockBytes: number
  readonly #next: Int32Array
  /** Blocks from here on were never used. */
  #fresh = 0
  #free = NONE
  #freed = 0

  constructor({ bytes, blockBytes }: { readonly bytes: number; readonly blockBytes: number }) {
    this.#bytes = Buffer.alloc(bytes)
    this.#blockBytes = blockBytes
    this.#next = new Int32Array(Math.floor(bytes / blockBytes))
  }
  get freeBytes(): number {
    return (this.#next.length - this.#fresh + this.#freed) * this.#blockBytes
  }
  /** Where a piece begins that is kept now. Throws when it does not fit: whoever asks for room looks at `freeBytes` first. */
  keep(piece: Buffer): number {
    let first = NONE
    // From its end on, so that each block is told the one after it.
    for (let at = Math.floor((piece.length - 1) / this.#blockBytes) * this.#blockBytes; at >= 0; at -= this.#blockBytes) {
      const block = this.#take()
      piece.copy(this.#bytes, block * this.#blockBytes, at, Math.min(at + this.#blockBytes, piece.length))
      this.#next[block] = first
      first = block
    }
    return first
  }
  /** A copy of what is kept. */
  read(first: number, length: number): Buffer {
    const piece = Buffer.allocUnsafe(length)
    for (let block = first, at = 0; at < length; block = this.#next[block] as number, at += this.#blockBytes)
      this.#bytes.copy(piece, at, block * this.#blockBytes, block * this.#blockBytes + Math.min(this.#blockBytes, length - at))
    return piece
  }
  letGo(first: number): void {
    for (let block = first, next: number; block !== NONE; block = next) {
      next = this.#next[block] as number
      this.#next[block] = this.#free
      this.#free = block
      this.#freed++
    }
  }

  #take(): number {
    if (this.#free === NONE) {
      if (this.#fresh === this.#next.length) throw new RangeError('keep bytes: there is no free block')
      return this.#fresh++
    }
    const block = this.#free
    this.#free = this.#next[block] as number
    this.#freed--
    return block
  }
}
