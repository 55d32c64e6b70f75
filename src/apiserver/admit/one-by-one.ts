/** Work that must not overlap: of each key one piece after the other, in the order in which it came. */

export class OneByOne {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Resolves with what `work` gives, when everything that was asked for before under this key has ended. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const result = before.then(work, work)
    this.#last.set(key, result)
    const forget = () => {
      if (this.#last.get(key) === result) this.#last.delete(key)
    }
    result.then(forget, forget)
    return result
  }
}
