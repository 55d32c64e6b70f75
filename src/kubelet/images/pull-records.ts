/** Remembers with whose credentials this node pulled each image, over restarts: who has none of them does not get the image for free. KEP-2535. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, timestamp } from '#base/clock.ts'
import type { Offer } from './credentials.ts'
import { type Access, type Images, isAccessible, merged, nameOf, type Verification, wantsProof } from './pull-access.ts'

export interface PullRecordsOptions {
  readonly clock: Clock
  readonly folder: string
  readonly verification: Verification
}
/** Upstream's, which its tools know. */
const HEADER = { apiVersion: 'kubelet.config.k8s.io/v1beta1' }
const fileOf = (name: string) => `sha256-${createHash('sha256').update(name).digest('hex')}`

interface PulledRecord {
  readonly imageRef: string
  readonly lastUpdatedTime: string
  readonly credentialMapping: Images
  /** Names under which somebody had put the same image there before: unlike upstream, they stay what they were. */
  readonly preloaded?: readonly string[]
}

interface UnderWay {
  /** How many pulls of the image are under way; those that a crash cut off count until one ends well. */
  readonly count: number
  /** The image that everybody might use when the first of them began. */
  readonly before?: string
}

export class PullRecords {
  readonly #options: PullRecordsOptions
  readonly #pulled = new Map<string, PulledRecord>()
  readonly #pulling = new Map<string, UnderWay>()

  /** Throws when the folder cannot be read. */
  constructor(options: PullRecordsOptions) {
    this.#options = options
    for (const folder of [this.#pulledFolder, this.#pullingFolder]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const record of readAll<PulledRecord>(this.#pulledFolder)) this.#pulled.set(record.imageRef, record)
    for (const { image } of readAll<{ readonly image: string }>(this.#pullingFolder)) this.#pulling.set(image, { count: 0 })
  }

  /** Whether the image, which is here, may be used by who makes these offers, without asking the registry again. */
  isAllowed(image: string, imageRef: string, offers: readonly Offer[]): boolean {
    const record = this.#pulled.get(imageRef)
    const isOurs = record ? !record.preloaded?.includes(nameOf(image)) : this.#isPulling(image, imageRef)
    if (!wantsProof(this.#options.verification, { image, isOurs })) return true
    return isAccessible(record?.credentialMapping[nameOf(image)], offers)
  }
  /** `before`: the image of this name that is here already, and may be used. Noted before the first byte comes, so that a crash leaves no image that nobody pulled. */
  begin(image: string, before?: string): void {
    const known = this.#pulling.get(image)
    if (!known) write(this.#pullingFolder, image, { ...HEADER, kind: 'ImagePullIntent', image })
    this.#pulling.set(image, known ? { ...known, count: known.count + 1 } : { count: 1, ...(before && { before }) })
  }
  fail(image: string): void {
    const known = this.#pulling.get(image)
    if (known && known.count > 1) return void this.#pulling.set(image, { ...known, count: known.count - 1 })
    this.#pulling.delete(image)
    rmSync(join(this.#pullingFolder, fileOf(image)), { force: true })
  }
  /** `names` are all that the image has now. */
  succeed(image: string, { imageRef, names }: { readonly imageRef: string; readonly names: readonly string[] }, access: Access): void {
    const before = this.#pulled.get(imageRef)
    const name = nameOf(image)
    const preloaded = before ? before.preloaded : names.map(nameOf).filter(other => other !== name)
    const credentialMapping = { ...before?.credentialMapping, [name]: merged(before?.credentialMapping[name], access) }
    const record = {
      imageRef,
      lastUpdatedTime: timestamp(this.#options.clock.now()),
      credentialMapping,
      ...(preloaded?.length && { preloaded }),
    }
    this.#pulled.set(imageRef, record)
    write(this.#pulledFolder, imageRef, { ...HEADER, kind: 'ImagePulledRecord', ...record })
    this.fail(image)
  }
  /** Forgets images that are gone. */
  keepOnly(imageRefs: ReadonlySet<string>): void {
    for (const imageRef of this.#pulled.keys()) {
      if (imageRefs.has(imageRef)) continue
      this.#pulled.delete(imageRef)
      rmSync(join(this.#pulledFolder, fileOf(imageRef)), { force: true })
    }
  }

  /** Who finds the image that was here already does not find what is being pulled. */
  #isPulling(image: string, imageRef: string): boolean {
    const known = this.#pulling.get(image)
    return known !== undefined && known.before !== imageRef
  }
  get #pulledFolder(): string {
    return join(this.#options.folder, 'pulled')
  }
  get #pullingFolder(): string {
    return join(this.#options.folder, 'pulling')
  }
}

/** A crash leaves the old file or the new one, never half of one. */
function write(folder: string, name: string, value: object): void {
  const file = join(folder, fileOf(name))
  writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
/** A file that is no record has no say; its image is then one that must be asked for. */
function readAll<T>(folder: string): readonly T[] {
  return readdirSync(folder)
    .filter(name => name.startsWith('sha256-') && !name.endsWith('.new'))
    .flatMap(name => {
      try {
        return [JSON.parse(readFileSync(join(folder, name), 'utf8')) as T]
      } catch (error) {
        if (error instanceof SyntaxError) return []
        throw error
      }
    })
}
