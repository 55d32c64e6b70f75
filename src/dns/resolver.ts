/** From a question to the bytes of its answer: who knows, in which order they are asked, and what is kept ready. */
import type { Cidr } from '#base/cidr.ts'
import type { Log } from '#base/log.ts'
import type { Forwarder } from './forward/forwarder.ts'
import { chase } from './forward/chase.ts'
import type { NodeResolver } from './forward/node-resolver.ts'
import { type ClusterNames, clusterName } from './names/cluster.ts'
import { hostName } from './names/hosts.ts'
import { isFoundEarlier } from './names/search.ts'
import { addressName, reverseDomain } from './names/reverse.ts'
import { answerFrom, type Found, startOfAuthority } from './names/zone.ts'
import type { DnsSettings, Upstream } from './settings.ts'
import { encodeAnswer } from './wire/encode.ts'
import { alone, answerTo, codeOf, emptyAnswer, withoutError } from './wire/message.ts'
import { isWithin, readLabels } from './wire/name.ts'
import { CLASS_IN, CODE, TYPE } from './wire/numbers.ts'
import { answerMax, encodeRefusal, isBad, type Query, readQuery } from './wire/query.ts'
import type { Answer, DnsRecord } from './wire/records.ts'
import { rotated } from './wire/rotate.ts'

export interface ResolverOptions extends ClusterNames {
  /** Of pods and services. */
  readonly ranges: readonly Cidr[]
  readonly forwarder: Forwarder
  /** What the machine's own resolver is told now. */
  readonly nodeResolver: () => NodeResolver
  readonly settings: () => DnsSettings
  readonly log: Log
}
/** Answers of our own that are kept as bytes: more names than a large cluster has. When it is full it is filled anew. */
const READY_MAX = 10_000
/** Of names that stand for names that stand for names. */
const ALIASES_MAX = 8

export class Resolver {
  readonly #options: ResolverOptions
  readonly #ready = new Map<string, Buffer>()
  #turn = 0

  constructor(options: ResolverOptions) {
    this.#options = options
  }
  /** To be called when the cluster has changed. */
  forget(): void {
    this.#ready.clear()
  }
  get kept(): number {
    return this.#ready.size
  }

  /** The answer to a request as it came in; at once where nobody else has to be asked. Undefined: it gets none. `client` is an address. Never throws. */
  answer(request: Buffer, transport: 'udp' | 'tcp', client?: string): Buffer | undefined | Promise<Buffer> {
    const query = readQuery(request)
    if (!query) return undefined
    if (isBad(query)) return encodeRefusal(query)
    const max = answerMax(query, transport)
    const failed = (error: unknown) => {
      this.#options.log.error({ error, question: query.key }, 'cannot answer')
      return answerTo(query, emptyAnswer(query.question, 'SERVFAIL'), max)
    }
    try {
      const message = this.#message(query, client)
      return Buffer.isBuffer(message) ? answerTo(query, message, max) : message.then(late => answerTo(query, late, max)).catch(failed)
    } catch (error) {
      // A mistake of ours about one name must not cost all the others.
      return failed(error)
    }
  }

  #message(query: Query, client: string | undefined): Buffer | Promise<Buffer> {
    const ready = this.#ready.get(query.key)
    if (ready) return rotated(ready, this.#turn++)
    if (query.class !== CLASS_IN || query.type === TYPE.AXFR || query.type === TYPE.IXFR) return emptyAnswer(query.question, 'REFUSED')
    const labels = readLabels(query.question, 0)
    if (!labels) return emptyAnswer(query.question, 'FORMERR')
    const name = labels.join('.')
    if (this.#options.forwarder.loops.hasReturned(name)) return emptyAnswer(query.question, 'REFUSED')
    const own = this.#own(name, query.type)
    // A name of which nobody knows may still be the rest of a search.
    const told = (message: Buffer) =>
      codeOf(message) === CODE.NXDOMAIN && this.#isSearched(name, query, client) ? withoutError(message) : message
    if (!own) {
      const message = this.#askOthers(query, name, client)
      return Buffer.isBuffer(message) ? told(message) : message.then(told)
    }
    if (own.found?.alias !== undefined) return this.#behindAlias(query, own.found, client)
    const message = encodeAnswer(answerFrom(own.found, own.soa), query.question)
    // Names that are not there have no end, and cost little to say.
    if (!own.found) return told(message)
    this.#keep(query.key, message)
    return message
  }

  /** What we know ourselves; undefined when others are to be asked. */
  #own(name: string, type: number): { readonly found: Found | undefined; readonly soa: DnsRecord } | undefined {
    const { domain, settings } = this.#options
    const host = hostName(name, type, settings().hosts)
    if (host) return { found: host, soa: startOfAuthority(name, domain) }
    if (isWithin(name, domain)) return { found: clusterName(name, type, this.#options), soa: startOfAuthority(domain, domain) }
    const reverse = reverseDomain(name)
    if (reverse === undefined) return undefined
    const found = addressName(name, type, this.#options)
    return found === 'elsewhere' ? undefined : { found, soa: startOfAuthority(reverse, domain) }
  }

  #isSearched(name: string, { type }: Query, client: string | undefined): boolean {
    return isFoundEarlier(name, type, { ...this.#options, client, searches: this.#options.nodeResolver().searches })
  }
  #askOthers(query: Query, name: string, client = ''): Buffer | Promise<Buffer> {
    return this.#options.forwarder.ask(query, { upstreams: this.#upstreams(name), client })
  }
  /** The servers of the stub domain that fits best, else those for all names. */
  #upstreams(name: string): readonly Upstream[] {
    const { settings, nodeResolver } = this.#options
    const { stubDomains, upstreams } = settings()
    let best: string | undefined
    for (const domain of stubDomains.keys()) if (isWithin(name, domain) && domain.length >= (best?.length ?? 0)) best = domain
    return best === undefined ? (upstreams ?? nodeResolver().upstreams) : (stubDomains.get(best) ?? [])
  }

  /** Resolvers in pods follow no names: they want to be told the end, with all names on the way to it. */
  async #behindAlias(query: Query, found: Found, client: string | undefined): Promise<Buffer> {
    const records = [...found.records]
    let name = found.alias
    for (let i = 0; name !== undefined && i < ALIASES_MAX; i++) {
      const own = this.#own(name, query.type)
      const behind: Found = own
        ? (own.found ?? { records: [] })
        : { records: await chase(name, query, question => this.#askOthers(question, name ?? '', client)) }
      records.push(...behind.records)
      name = behind.alias
    }
    const answer: Answer = { code: 'NOERROR', isAuthoritative: true, answers: records, authorities: [], additionals: [] }
    return encodeAnswer(answer, query.question)
  }

  #keep(key: string, message: Buffer): void {
    if (this.#ready.size >= READY_MAX) this.#ready.clear()
    this.#ready.set(key, alone(message))
  }
}
