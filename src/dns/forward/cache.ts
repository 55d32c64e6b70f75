/** What others have answered, for as long as they said it holds; never more than its limits, whoever asks for whatever. */
import { CODE, TYPE } from '../wire/numbers.ts'
import { alone, codeOf, places } from '../wire/message.ts'

/** Names that a cluster really uses are far fewer; a flood of random names only drives out what was not used lately. */
const ENTRIES_MAX = 10_000
const BYTES_MAX = 8 * 1024 * 1024
/** As the cache of upstream's Corefile: a change of outside names is seen after so long at most, whatever their owners say. */
const TTL_MAX_SECONDS = 30

interface Entry {
  /** With times to live as they were. */
  readonly message: Buffer
  readonly ttlsAt: readonly number[]
  readonly storedAt: number
  readonly endsAt: number
}

export class AnswerCache {
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  get size(): number {
    return this.#entries.size
  }
  /** The message with what is left of its times to live. */
  get(key: string, now: number): Buffer | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#remove(key, entry)
    if (now >= entry.endsAt || now < entry.storedAt) return undefined
    // Put back at the end: the first one is always the one that was not used for longest.
    this.#add(key, entry)
    const message = Buffer.from(entry.message)
    const elapsed = Math.floor((now - entry.storedAt) / 1_000)
    for (const at of entry.ttlsAt) message.writeUInt32BE(Math.max(0, message.readUInt32BE(at) - elapsed), at)
    return message
  }
  /** Keeps a message as long as it may be kept, if at all. */
  put(key: string, message: Buffer, now: number): void {
    const seconds = secondsToKeep(message)
    if (seconds <= 0) return
    const known = this.#entries.get(key)
    if (known) this.#remove(key, known)
    const ttlsAt = (places(message) ?? []).filter(({ type }) => type !== TYPE.OPT).map(({ ttlAt }) => ttlAt)
    this.#add(key, { message: alone(message), ttlsAt, storedAt: now, endsAt: now + seconds * 1_000 })
    for (const [oldest, entry] of this.#entries) {
      if (this.#entries.size <= ENTRIES_MAX && this.#bytes <= BYTES_MAX) break
      this.#remove(oldest, entry)
    }
  }
  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#bytes += entry.message.length
  }
  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#bytes -= entry.message.length
  }
}

/** The shortest time of all its records; what is not there is kept as its start of authority says, and without one not at all (RFC 2308, 5). */
export function secondsToKeep(message: Buffer): number {
  const all = places(message)
  const code = codeOf(message)
  if (!all || (code !== CODE.NOERROR && code !== CODE.NXDOMAIN)) return 0
  const records = all.filter(({ type }) => type !== TYPE.OPT)
  const isNegative = code === CODE.NXDOMAIN || !records.some(({ section }) => section === 0)
  const authority = records.find(({ section, type, ttlAt, end }) => section === 1 && type === TYPE.SOA && end >= ttlAt + 6 + 4)
  if (isNegative && !authority) return 0
  const ttls = records.map(({ ttlAt }) => ttlOf(message.readUInt32BE(ttlAt)))
  // The last four bytes of a start of authority.
  const negative = isNegative && authority ? [message.readUInt32BE(authority.end - 4)] : []
  return Math.min(TTL_MAX_SECONDS, ...ttls, ...negative)
}
/** A time with the highest bit set counts as 0 (RFC 2181, 8). */
const ttlOf = (seconds: number) => (seconds > 0x7fffffff ? 0 : seconds)
