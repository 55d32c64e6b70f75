/** Asks other servers: in order, for a bounded time, each question once however many want to know, and remembers what they say. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Random } from '#base/random.ts'
import type { Upstream } from '../settings.ts'
import { FairShare } from '../fair-share.ts'
import { codeOf, emptyAnswer, places, withoutExtension } from '../wire/message.ts'
import { CODE, FLAG } from '../wire/numbers.ts'
import type { Query } from '../wire/query.ts'
import { AnswerCache } from './cache.ts'
import { exchange } from './exchange.ts'
import { LoopWatch } from './loops.ts'

/** For one server; the next one is asked after that. Upstream's (CoreDNS, forward). */
const SERVER_TIMEOUT_MS = 2_000
/** Resolvers in pods ask again after 5 s: by then they have their answer, if only that there is none. */
const TOTAL_TIMEOUT_MS = 4_500
/** Each takes a socket. More at a time only happen when servers hang or somebody floods. */
const UNDER_WAY_MAX = 256
/** A server that failed is asked after the others for so long. */
const SHUN_MS = 10_000

export interface ForwarderOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}
const isFinal = (message: Buffer) => codeOf(message) === CODE.NOERROR || codeOf(message) === CODE.NXDOMAIN

export class Forwarder {
  readonly #options: ForwarderOptions
  readonly #cache = new AnswerCache()
  readonly #underWay = new Map<string, Promise<Buffer>>()
  readonly #share = new FairShare(UNDER_WAY_MAX)
  /** When a server that failed is good again. */
  readonly #shunned = new Map<string, number>()
  readonly loops: LoopWatch

  constructor(options: ForwarderOptions) {
    this.#options = options
    this.loops = new LoopWatch(options)
  }
  get underWay(): number {
    return this.#underWay.size
  }
  get remembered(): number {
    return this.#cache.size
  }
  forget(): void {
    this.#cache.clear()
  }

  /** At once when it is remembered. Without servers, when none answers in time, or when the client has asked too much at a time, the answer is SERVFAIL. */
  ask(query: Query, { upstreams, client }: { readonly upstreams: readonly Upstream[]; readonly client: string }): Buffer | Promise<Buffer> {
    const key = `${query.extended?.wantsDnssec ? 1 : 0}${query.flags & FLAG.CHECKING_DISABLED ? 1 : 0}${query.key}`
    const known = this.#cache.get(key, this.#options.clock.now())
    if (known) return known
    // A question that comes back to us through others waits here for itself and ends with it: a loop costs nothing.
    const same = this.#underWay.get(key)
    if (same) return same
    const servers = this.#inOrder(this.loops.withoutLoops(upstreams))
    if (servers.length === 0 || !this.#share.mayTake(client)) return emptyAnswer(query.question, 'SERVFAIL')
    const taken = this.#share.take(client)
    const answer = this.#ask(query, servers)
      .then(message => {
        this.#cache.put(key, message, this.#options.clock.now())
        return message
      })
      .finally(() => {
        taken[Symbol.dispose]()
        this.#underWay.delete(key)
      })
    this.#underWay.set(key, answer)
    return answer
  }

  async #ask({ question, flags, extended }: Query, servers: readonly Upstream[]): Promise<Buffer> {
    const { clock, random, log } = this.#options
    const deadline = clock.now() + TOTAL_TIMEOUT_MS
    const asked = { question, flags, wantsDnssec: extended?.wantsDnssec ?? false }
    for (const server of servers) {
      const timeoutMs = Math.min(SERVER_TIMEOUT_MS, deadline - clock.now())
      if (timeoutMs <= 0) break
      try {
        const message = await exchange(server, asked, { clock, random, timeoutMs })
        const all = places(message)
        if (all && isFinal(message)) {
          this.#shunned.delete(nameOf(server))
          return withoutExtension(message, all)
        }
        log.debug({ server: nameOf(server), code: codeOf(message) }, 'server has no answer')
      } catch (error) {
        log.debug({ server: nameOf(server), error }, 'server does not answer')
        this.#shunned.set(nameOf(server), clock.now() + SHUN_MS)
      }
    }
    return emptyAnswer(question, 'SERVFAIL')
  }

  #inOrder(upstreams: readonly Upstream[]): readonly Upstream[] {
    const now = this.#options.clock.now()
    const isShunned = (server: Upstream) => (this.#shunned.get(nameOf(server)) ?? 0) > now
    return upstreams.toSorted((a, b) => Number(isShunned(a)) - Number(isShunned(b)))
  }
}
const nameOf = ({ address, port }: Upstream): string => `${address}#${port}`
