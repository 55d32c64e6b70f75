/** From a question to the bytes of its answer: who knows, in which order they are asked, and what is kept ready. */
import type { Cidr } from '#base/cidr.ts'
import type { Forwarder } from './forward/forwarder.ts'
import { chase } from './forward/chase.ts'
import { type ClusterNames, clusterName } from './names/cluster.ts'
import { hostName } from './names/hosts.ts'
import { addressName, reverseDomain } from './names/reverse.ts'
import { answerFrom, type Found, startOfAuthority } from './names/zone.ts'
import type { DnsSettings, Upstream } from './settings.ts'
import { encodeAnswer } from './wire/encode.ts'
import { answerTo, emptyAnswer } from './wire/message.ts'
import { isWithin, readLabels } from './wire/name.ts'
import { CLASS_IN, TYPE } from './wire/numbers.ts'
import { answerMax, encodeRefusal, isBad, type Query, readQuery } from './wire/query.ts'
import type { Answer, DnsRecord } from './wire/records.ts'
import { rotated } from './wire/rotate.ts'

export interface ResolverOptions extends ClusterNames {
  /** Of pods and services. */
  readonly ranges: readonly Cidr[]
  readonly forwarder: Forwarder
  /** The resolvers of this machine now. */
  readonly nodeResolvers: () => readonly Upstream[]
  readonly settings: () => DnsSettings
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

  /** The answer to a request as it came in; at once where nobody else has to be asked. Undefined: it gets none. Never throws. */
  answer(request: Buffer, transport: 'udp' | 'tcp'): Buffer | undefined | Promise<Buffer> {
    const query = readQuery(request)
    if (!query) return undefined
    if (isBad(query)) return encodeRefusal(query)
    const max = answerMax(query, transport)
    const message = this.#message(query)
    return Buffer.isBuffer(message) ? answerTo(query, message, max) : message.then(late => answerTo(query, late, max))
  }

  #message(query: Query): Buffer | Promise<Buffer> {
    const ready = this.#ready.get(query.key)
    if (ready) return rotated(ready, this.#turn++)
    if (query.class !== CLASS_IN || query.type === TYPE.AXFR || query.type === TYPE.IXFR) return emptyAnswer(query.question, 'REFUSED')
    const labels = readLabels(query.question, 0)
    if (!labels) return emptyAnswer(query.question, 'FORMERR')
    const name = labels.join('.')
    if (this.#options.forwarder.loops.hasReturned(name)) return emptyAnswer(query.question, 'REFUSED')
    const own = this.#own(name, query.type)
    if (!own) return this.#forward(query, name)
    if (own.found?.alias !== undefined) return this.#behindAlias(query, own.found, own.found.alias)
    const message = encodeAnswer(answerFrom(own.found, own.soa), query.question)
    // Names that are not there have no end, and cost little to say.
    if (own.found) this.#keep(query.key, message)
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

  #forward(query: Query, name: string): Buffer | Promise<Buffer> {
    const { forwarder } = this.#options
    return forwarder.ask(query, this.#upstreams(name))
  }
  /** The servers of the stub domain that fits best, else those for all names. */
  #upstreams(name: string): readonly Upstream[] {
    const { settings, nodeResolvers } = this.#options
    const { stubDomains, upstreams } = settings()
    let best: string | undefined
    for (const domain of stubDomains.keys()) if (isWithin(name, domain) && domain.length >= (best?.length ?? 0)) best = domain
    return best === undefined ? (upstreams ?? nodeResolvers()) : (stubDomains.get(best) ?? [])
  }

  /** Resolvers in pods follow no names: they want to be told the end, with all names on the way to it. */
  async #behindAlias(query: Query, found: Found, alias: string): Promise<Buffer> {
    const records = [...found.records]
    let name: string | undefined = alias
    for (let i = 0; name !== undefined && i < ALIASES_MAX; i++) {
      const own = this.#own(name, query.type)
      const behind: Found = own
        ? (own.found ?? { records: [] })
        : { records: await chase(name, query, question => this.#options.forwarder.ask(question, this.#upstreams(name ?? ''))) }
      records.push(...behind.records)
      name = behind.alias
    }
    const answer: Answer = { code: 'NOERROR', isAuthoritative: true, answers: records, authorities: [], additionals: [] }
    return encodeAnswer(answer, query.question)
  }

  #keep(key: string, message: Buffer): void {
    if (this.#ready.size >= READY_MAX) this.#ready.clear()
    this.#ready.set(key, message)
  }
}
