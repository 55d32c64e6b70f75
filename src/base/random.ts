/** Chance as a value, so that whatever depends on it can be repeated in a test. */
import { randomInt, randomUUID } from 'node:crypto'

export interface Random {
  /** An integer from 0 up to, but not including, `below`. */
  integer(below: number): number
  /** A UUID, version 4. */
  uuid(): string
}

/** The machine's chance. */
export const systemRandom: Random = { integer: below => randomInt(below), uuid: () => randomUUID() }

/** Chance that repeats itself: the same seed gives the same numbers (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (below: number) => Math.floor(next() * below)
  const hex = (digits: number) => Array.from({ length: digits }, () => integer(16).toString(16)).join('')
  return { integer, uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[integer(4)]}${hex(3)}-${hex(12)}` }
}
