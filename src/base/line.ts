/** Keys that wait for their turn: the most urgent first, of equally urgent ones the one that came first. */
export class Line {
  /** By urgency. There are few of them, however many wait. */
  readonly #rows = new Map<number, Set<string>>()
  readonly #urgencies = new Map<string, number>()

  get size(): number {
    return this.#urgencies.size
  }
  /** A key that waits already keeps its place, unless it has become more or less urgent. */
  add(key: string, urgency = 0): void {
    const before = this.#urgencies.get(key)
    if (before === urgency) return
    if (before !== undefined) this.#leave(key, before)
    this.#urgencies.set(key, urgency)
    const row = this.#rows.get(urgency) ?? new Set<string>()
    this.#rows.set(urgency, row.add(key))
  }
  /** Whose turn it is; undefined when nobody waits. */
  take(): string | undefined {
    if (this.#rows.size === 0) return undefined
    const urgency = this.#rows.size === 1 ? ([...this.#rows.keys()][0] as number) : Math.max(...this.#rows.keys())
    const [key] = this.#rows.get(urgency) ?? []
    if (key === undefined) return undefined
    this.#leave(key, urgency)
    return key
  }
  clear(): void {
    this.#rows.clear()
    this.#urgencies.clear()
  }
  #leave(key: string, urgency: number): void {
    this.#urgencies.delete(key)
    const row = this.#rows.get(urgency)
    row?.delete(key)
    if (row?.size === 0) this.#rows.delete(urgency)
  }
}
