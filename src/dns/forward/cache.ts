/** What others have answered, for as long as they said it holds; never more than its limits, whoever asks for whatever. */
import { CODE, TYPE } from '../wire/numbers.ts'
import { codeOf, places } from '../wire/message.ts'
import { ByteBlocks } from './byte-blocks.ts'

/** Names that a cluster really uses are far fewer; a flood of random names only drives out what was not used lately. */
const ENTRIES_MAX = 10_000
const BYTES_MAX = 8 * 1024 * 1024
/** As the cache of upstream's Corefile: a change of outside names is seen after so long at most, whatever their owners say. */
const TTL_MAX_SECONDS = 30

/** Of one entry: as much as a question and the answer that its name is not there. */
const BLOCK_BYTES = 128
/** A power of two, a little more than there are entries. */
const BUCKETS = 16_384
/** By chance none has so many. Questions that are made to fall into one drive one another out. */
const BUCKET_MAX = 16
const NONE = -1

/** Entries have numbers; lists of them are chains through arrays, so that nothing is left for the heap to clear away. */
export class AnswerCache {
  readonly #blocks = new ByteBlocks({ bytes: BYTES_MAX, blockBytes: BLOCK_BYTES })
  /** Of each entry: where its key and message are kept, as one piece, and how long they are. */
  readonly #first = new Int32Array(ENTRIES_MAX)
  readonly #keyBytes = new Uint16Array(ENTRIES_MAX)
  readonly #allBytes = new Int32Array(ENTRIES_MAX)
  readonly #storedAt = new Float64Array(ENTRIES_MAX)
  readonly #endsAt = new Float64Array(ENTRIES_MAX)
  readonly #hash = new Uint32Array(ENTRIES_MAX)
  /** The next one in its bucket; of one that is not used, the next such. */
  readonly #next = new Int32Array(ENTRIES_MAX)
  readonly #newer = new Int32Array(ENTRIES_MAX)
  readonly #older = new Int32Array(ENTRIES_MAX)
  readonly #buckets = new Int32Array(BUCKETS).fill(NONE)
  #newest = NONE
  #oldest = NONE
  #unused = NONE
  /** Entries from here on were never used. */
  #fresh = 0
  #size = 0

  get size(): number {
    return this.#size
  }
  /** The message with what is left of its times to live. */
  get(key: string, now: number): Buffer | undefined {
    const entry = this.#find(key)
    if (entry === NONE) return undefined
    const [storedAt, endsAt] = [this.#storedAt[entry] as number, this.#endsAt[entry] as number]
    if (now >= endsAt || now < storedAt) {
      this.#remove(entry)
      return undefined
    }
    this.#unlink(entry)
    this.#linkAsNewest(entry)
    const message = this.#piece(entry).subarray(this.#keyBytes[entry])
    const elapsed = Math.floor((now - storedAt) / 1_000)
    for (const { type, ttlAt } of places(message) ?? [])
      if (type !== TYPE.OPT) message.writeUInt32BE(Math.max(0, message.readUInt32BE(ttlAt) - elapsed), ttlAt)
    return message
  }
  /** Keeps a message as long as it may be kept, if at all. */
  put(key: string, message: Buffer, now: number): void {
    const seconds = secondsToKeep(message)
    if (seconds <= 0) return
    const known = this.#find(key)
    if (known !== NONE) this.#remove(known)
    const piece = Buffer.concat([Buffer.from(key, 'latin1'), message])
    while (this.#size >= ENTRIES_MAX || this.#blocks.freeBytes < piece.length + BLOCK_BYTES) this.#remove(this.#oldest)
    const entry = this.#take()
    this.#size++
    this.#linkAsNewest(entry)
    this.#first[entry] = this.#blocks.keep(piece)
    this.#keyBytes[entry] = piece.length - message.length
    this.#allBytes[entry] = piece.length
    this.#storedAt[entry] = now
    this.#endsAt[entry] = now + seconds * 1_000
    this.#putIntoBucket(entry, hashOf(key))
  }
  clear(): void {
    while (this.#size > 0) this.#remove(this.#oldest)
  }

  #piece(entry: number): Buffer {
    return this.#blocks.read(this.#first[entry] as number, this.#allBytes[entry] as number)
  }
  #find(key: string): number {
    const hash = hashOf(key)
    let entry = this.#buckets[hash % BUCKETS] as number
    while (entry !== NONE && !(this.#hash[entry] === hash && this.#piece(entry).toString('latin1', 0, this.#keyBytes[entry]) === key))
      entry = this.#next[entry] as number
    return entry
  }
  #putIntoBucket(entry: number, hash: number): void {
    this.#hash[entry] = hash
    this.#next[entry] = this.#buckets[hash % BUCKETS] as number
    this.#buckets[hash % BUCKETS] = entry
    let last = entry
    let count = 1
    for (; this.#next[last] !== NONE; last = this.#next[last] as number) count++
    if (count > BUCKET_MAX) this.#remove(last)
  }
  #take(): number {
    if (this.#unused === NONE) return this.#fresh++
    const entry = this.#unused
    this.#unused = this.#next[entry] as number
    return entry
  }
  #remove(entry: number): void {
    const bucket = (this.#hash[entry] as number) % BUCKETS
    let before = NONE
    for (let one = this.#buckets[bucket] as number; one !== entry; one = this.#next[one] as number) before = one
    if (before === NONE) this.#buckets[bucket] = this.#next[entry] as number
    else this.#next[before] = this.#next[entry] as number
    this.#unlink(entry)
    this.#blocks.letGo(this.#first[entry] as number)
    this.#next[entry] = this.#unused
    this.#unused = entry
    this.#size--
  }
  #linkAsNewest(entry: number): void {
    this.#newer[entry] = NONE
    this.#older[entry] = this.#newest
    if (this.#newest === NONE) this.#oldest = entry
    else this.#newer[this.#newest] = entry
    this.#newest = entry
  }
  #unlink(entry: number): void {
    const [newer, older] = [this.#newer[entry] as number, this.#older[entry] as number]
    if (newer === NONE) this.#newest = older
    else this.#older[newer] = older
    if (older === NONE) this.#oldest = newer
    else this.#newer[older] = newer
  }
}
/** FNV-1a. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
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
