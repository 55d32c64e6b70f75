/** How much of what is scarce each client may have, connections or questions under way at others: no more than is left for everybody, so that there is always room for who has none. */

export class FairShare {
  readonly #max: number
  readonly #taken = new Map<string, number>()
  #total = 0

  constructor(max: number) {
    this.#max = max
  }
  get total(): number {
    return this.#total
  }
  /** One alone gets half of all; of many who want as much as they can get each gets the same, and as much again is left. */
  mayTake(client: string): boolean {
    return (this.#taken.get(client) ?? 0) < this.#max - this.#total
  }
  /** Until it is disposed. */
  take(client: string): Disposable {
    this.#change(client, 1)
    return { [Symbol.dispose]: () => this.#change(client, -1) }
  }
  #change(client: string, by: 1 | -1): void {
    this.#total += by
    const taken = (this.#taken.get(client) ?? 0) + by
    if (taken) this.#taken.set(client, taken)
    else this.#taken.delete(client)
  }
}
