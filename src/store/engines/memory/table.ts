/** An ordered table in memory: a sorted list of keys beside a map. */
import type { Table } from '../../medium.ts'

export class SortedTable<K extends string | number, V> implements Table<K, V> {
  readonly #compare: (a: K, b: K) => number
  readonly #values = new Map<K, V>()
  readonly #keys: K[] = []

  constructor(compare: (a: K, b: K) => number) {
    this.#compare = compare
  }

  get(key: K): V | undefined {
    return this.#values.get(key)
  }
  *scan(start: K, end?: K, limit = Infinity): Iterable<readonly [K, V]> {
    const first = this.#position(start)
    const after = Math.min(end === undefined ? this.#keys.length : this.#position(end), first + limit)
    for (let i = first; i < after; i++) {
      const key = this.#keys[i] as K
      yield [key, this.#values.get(key) as V]
    }
  }
  count(start: K, end: K): number {
    return Math.max(0, this.#position(end) - this.#position(start))
  }
  last(): K | undefined {
    return this.#keys.at(-1)
  }
  set(key: K, value: V | undefined): void {
    const isKnown = this.#values.has(key)
    if (value === undefined) {
      this.#values.delete(key)
      if (isKnown) this.#keys.splice(this.#position(key), 1)
    } else {
      this.#values.set(key, value)
      if (!isKnown) this.#keys.splice(this.#position(key), 0, key)
    }
  }

  /** Where the first key not before `key` stands. */
  #position(key: K): number {
    let low = 0
    let high = this.#keys.length
    // Most new keys are new revisions, which come last.
    if (high && this.#compare(this.#keys[high - 1] as K, key) < 0) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(this.#keys[middle] as K, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
