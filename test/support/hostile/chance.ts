/** Chance with a seed: everything that a hostile generator does follows from one number. */
import { type Random, seededRandom } from '#base/random.ts'

export class Chance {
  readonly #random: Random
  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }
  below(limit: number): number {
    return this.#random.integer(limit)
  }
  /** True once in `times`. */
  once(times: number): boolean {
    return this.#random.integer(times) === 0
  }
  pick<T>(from: readonly T[]): T {
    return from[this.#random.integer(from.length)] as T
  }
  /** One of several ways, each as often as its weight says. */
  way<T>(ways: readonly (readonly [number, () => T])[]): T {
    let at = this.#random.integer(ways.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, make] of ways) if ((at -= weight) < 0) return make()
    throw new Error('choose a way: there is none')
  }
}

/** A run is the same each time, so that what a change breaks shows in that change; who hunts for more chooses KNARR_SEED. */
const USUAL_SEED = 7
export const seedOf = (environment: NodeJS.ProcessEnv = process.env): number => Number(environment['KNARR_SEED'] ?? USUAL_SEED)
