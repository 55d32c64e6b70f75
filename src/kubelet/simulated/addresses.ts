/** Addresses of simulated pods: each its own as long as it lives, from a range that nobody routes. */

/** 10.200.0.0/14 has room for a quarter of a million pods. */
const FIRST = 10 * 2 ** 24 + 200 * 2 ** 16
const SIZE = 2 ** 18

export class Addresses {
  readonly #held = new Map<string, string>()
  readonly #free: string[] = []
  #next = 1

  /** The address of a pod, by UID. Throws RangeError when there are more pods than addresses. */
  of(uid: string): string {
    const known = this.#held.get(uid)
    if (known) return known
    const address = this.#free.pop() ?? this.#fresh()
    this.#held.set(uid, address)
    return address
  }
  release(uid: string): void {
    const address = this.#held.get(uid)
    if (address === undefined) return
    this.#held.delete(uid)
    this.#free.push(address)
  }
  #fresh(): string {
    if (this.#next >= SIZE) throw new RangeError(`give address: all ${SIZE} are taken`)
    const number = FIRST + this.#next++
    return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
  }
}
