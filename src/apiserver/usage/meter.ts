/** Measures what nodes and their containers use, when somebody asks: an idle cluster measures nothing. */
import { type Clock, wait } from '#base/clock.ts'
import { parseSamples, type Samples } from './samples.ts'

/** Two readings of a node: what was used in between is what is used now. */
export interface Readings {
  readonly before: Samples
  readonly after: Samples
}
export interface MeterOptions {
  readonly clock: Clock
  /** What the node's kubelet answers under /metrics/resource. Rejects when it cannot be asked. */
  readonly ask: (node: string) => Promise<string>
}

/** Readings that are younger than this are told again. */
const FRESH_MS = 5_000
/** A reading older than this says nothing of the present; two new ones are taken. */
const STALE_MS = 60_000
/** Processor time between readings closer than this is too coarse. */
const APART_MS = 1_000

interface Taken {
  readonly at: number
  readonly samples: Samples
}
export class Meter {
  readonly #options: MeterOptions
  readonly #taken = new Map<string, readonly [before: Taken, after: Taken]>()
  readonly #underWay = new Map<string, Promise<Readings>>()
  constructor(options: MeterOptions) {
    this.#options = options
  }

  /** Takes up to a second when nobody has asked for a while. Rejects when the kubelet cannot be asked. */
  read(node: string): Promise<Readings> {
    const underWay = this.#underWay.get(node) ?? this.#read(node).finally(() => this.#underWay.delete(node))
    this.#underWay.set(node, underWay)
    return underWay
  }
  /** Nodes that are gone. */
  forgetOthers(nodes: ReadonlySet<string>): void {
    for (const node of this.#taken.keys()) if (!nodes.has(node)) this.#taken.delete(node)
  }

  async #read(node: string): Promise<Readings> {
    const known = this.#taken.get(node)
    const ageMs = known ? this.#options.clock.now() - known[1].at : Infinity
    if (known && ageMs < FRESH_MS) return readings(known)
    const before = known && ageMs < STALE_MS ? known[1] : await this.#takeFirst(node)
    const pair = [before, await this.#take(node)] as const
    this.#taken.set(node, pair)
    return readings(pair)
  }
  async #takeFirst(node: string): Promise<Taken> {
    const first = await this.#take(node)
    await wait(this.#options.clock, APART_MS)
    return first
  }
  async #take(node: string): Promise<Taken> {
    const text = await this.#options.ask(node)
    const at = this.#options.clock.now()
    return { at, samples: parseSamples(text, at) }
  }
}
const readings = ([before, after]: readonly [Taken, Taken]): Readings => ({ before: before.samples, after: after.samples })
