/** Lets so many pieces of work run at the same time; the others wait in line. */
export class Slots {
  #free: number
  readonly #line: (() => void)[] = []
  constructor(count: number) {
    this.#free = count
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#line.push(resolve))
    try {
      return await work()
    } finally {
      // Handed on, so that nobody who comes meanwhile is served before those who wait.
      const next = this.#line.shift()
      if (next) next()
      else this.#free++
    }
  }
}
