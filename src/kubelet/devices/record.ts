/** Which claims drivers have prepared for pods of this node, kept over restarts: what was prepared has to be released, and containers start anew with it. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface KnownDevice {
  readonly driver: string
  readonly pool: string
  readonly device: string
  /** Of the claim; none means all. */
  readonly requests: readonly string[]
  /** Names by which the runtime knows what a container gets. */
  readonly cdi: readonly string[]
}
export interface KnownClaim {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly drivers: readonly string[]
  /** UIDs. */
  readonly pods: readonly string[]
  readonly isPrepared: boolean
  readonly devices: readonly KnownDevice[]
}

export class ClaimRecord {
  readonly #file: string
  readonly #claims = new Map<string, KnownClaim>()

  /** A file that says nothing sensible is an Error: what it stood for cannot be released. */
  constructor(file: string) {
    this.#file = file
    try {
      const { claims } = JSON.parse(readFileSync(file, 'utf8')) as { readonly claims: readonly KnownClaim[] }
      for (const claim of claims) this.#claims.set(keyOf(claim), claim)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new Error(`read ${file}: it is damaged; drain the node and remove it`, { cause: error })
    }
  }
  list(): readonly KnownClaim[] {
    return [...this.#claims.values()]
  }
  get(claim: Named): KnownClaim | undefined {
    return this.#claims.get(keyOf(claim))
  }
  /** Written before it counts: a crash leaves what was known before, or this. */
  put(...claims: readonly KnownClaim[]): void {
    for (const claim of claims) this.#claims.set(keyOf(claim), claim)
    this.#write()
  }
  remove(...claims: readonly Named[]): void {
    for (const claim of claims) this.#claims.delete(keyOf(claim))
    this.#write()
  }
  #write(): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o755 })
    writeFileSync(`${this.#file}.new`, JSON.stringify({ claims: this.list() }), { mode: 0o600 })
    renameSync(`${this.#file}.new`, this.#file)
  }
}
interface Named {
  readonly namespace: string
  readonly name: string
}
const keyOf = ({ namespace, name }: Named) => `${namespace}/${name}`
