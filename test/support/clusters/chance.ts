/** Draws that repeat themselves: the same seed gives the same cluster. */
import { seededRandom } from '#base/random.ts'

export class Chance {
  readonly #random: ReturnType<typeof seededRandom>
  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }
  /** True in so many of a hundred cases. */
  often(percent: number): boolean {
    return this.#random.integer(100) < percent
  }
  /** Both ends included. */
  between(least: number, most: number): number {
    return least + this.#random.integer(most - least + 1)
  }
  one<T>(choices: readonly T[]): T {
    return choices[this.#random.integer(choices.length)] as T
  }
  /** Each with the same chance of so many percent. */
  some<T>(choices: readonly T[], percent: number): readonly T[] {
    return choices.filter(() => this.often(percent))
  }
  many<T>([least, most]: readonly [number, number], make: (at: number) => T): T[] {
    return Array.from({ length: this.between(least, most) }, (_, at) => make(at))
  }
  /** What is made in so many of a hundred cases, else nothing. */
  maybe<T>(percent: number, make: () => T): T | undefined {
    return this.often(percent) ? make() : undefined
  }
}
