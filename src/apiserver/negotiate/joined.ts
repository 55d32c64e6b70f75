/** A body whose bytes lie in many places: it is put together piece by piece as it is sent, so that a long list does not lie in memory a second time. */

export class Joined {
  readonly length: number
  readonly #parts: readonly Uint8Array[]

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts
    this.length = parts.reduce((sum, part) => sum + part.length, 0)
  }

  /** All of it in one place. */
  whole(): Buffer {
    return Buffer.concat(this.#parts, this.length)
  }

  /** All of it, one `room` after the other; each piece lies in `room` and is good until the next one is asked for. */
  *pieces(room: Uint8Array): Generator<Uint8Array, void> {
    let filled = 0
    for (const part of this.#parts)
      for (let at = 0; at < part.length; ) {
        const end = Math.min(part.length, at + room.length - filled)
        room.set(end - at === part.length ? part : part.subarray(at, end), filled)
        filled += end - at
        at = end
        if (filled < room.length) continue
        yield room
        filled = 0
      }
    if (filled > 0) yield room.subarray(0, filled)
  }
}
