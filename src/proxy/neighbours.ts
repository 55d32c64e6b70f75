/** Other clusters on this machine have tables of their own: a port of the node that stands in two of them leads to one cluster only, and nobody can say to which. */
import { type Cidr, contains, parseAddress, parseCidr } from '#base/cidr.ts'
import type { Log } from '#base/log.ts'
import { nft } from '#base/nft.ts'
import { entryOf } from './entries.ts'
import type { EntryChange } from './script.ts'
import type { TableOptions } from './table.ts'

/** Keys of a map, as nft lists it. */
export type Keys = ReadonlySet<string>
/** A frontend that another cluster has as well. */
export interface Clash {
  readonly id: string
  readonly cluster: string
}
/** Where what is the node's own stands: its ports, and ports of its addresses for load balancers and host ports. */
const PLACES = ['nodeports', 'services'] as const
const TABLE = /^knarr-(.+)_services$/

export const keysIn = (listing: string): Keys =>
  new Set(
    listing
      .split(/[\n,]/)
      .map(line => line.replace(/^\s*(elements = \{)?\s*/, ''))
      .flatMap(line => /^(.+) : (goto|drop|accept)/.exec(line)?.[1] ?? []),
  )
/** Whether a frontend is the node's own; cluster addresses are of ranges that no other cluster has. */
export function isOfNode(id: string, serviceRanges: readonly Cidr[]): boolean {
  const { place, key } = entryOf(id)
  if (place !== 'services') return place === 'nodeports'
  const address = parseAddress(key.split(' ', 1)[0] ?? '')
  return address !== undefined && !serviceRanges.some(range => contains(range, address))
}
/** `others`: the keys by cluster and `<family> <map>`. */
export const clashes = (ids: readonly string[], others: ReadonlyMap<string, ReadonlyMap<string, Keys>>): readonly Clash[] =>
  [...others].flatMap(([cluster, maps]) =>
    ids.flatMap(id => {
      const { family, place, key } = entryOf(id)
      return maps.get(`${family} ${place}`)?.has(key) ? { id, cluster } : []
    }),
  )

export interface NeighboursOptions {
  readonly log: Log
  readonly tables: readonly TableOptions[]
  readonly found: (clash: Clash) => void
}
export class Neighbours implements AsyncDisposable {
  readonly #options: NeighboursOptions
  readonly #serviceRanges: readonly Cidr[]
  #ids = new Set<string>()
  #looking: Promise<void> | undefined

  constructor(options: NeighboursOptions) {
    this.#options = options
    this.#serviceRanges = options.tables.flatMap(({ serviceRanges }) => serviceRanges.flatMap(range => parseCidr(range) ?? []))
  }
  /** Looks whether others have what was just brought into the kernel: of two that do so at the same time the later one finds the other. */
  look(changes: readonly EntryChange[]): void {
    for (const { id, before, after } of changes)
      if (before === undefined && after !== undefined && isOfNode(id, this.#serviceRanges)) this.#ids.add(id)
    if (this.#ids.size > 0) this.#looking ??= this.#work().finally(() => (this.#looking = undefined))
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ids.clear()
    await this.#looking
  }

  async #work(): Promise<void> {
    const { log, found } = this.#options
    while (this.#ids.size > 0) {
      const ids = [...this.#ids]
      this.#ids.clear()
      try {
        for (const clash of clashes(ids, await this.#others())) found(clash)
      } catch (error) {
        log.debug({ error }, 'cannot look at the ports of other clusters')
      }
    }
  }
  async #others(): Promise<ReadonlyMap<string, ReadonlyMap<string, Keys>>> {
    const own = this.#options.tables.map(({ family, name }) => `table ${family.name} ${name}`)
    const others = new Map<string, Map<string, Keys>>()
    for (const line of (await nft(['list', 'tables'])).split('\n')) {
      const [, family = '', name = ''] = line.split(' ')
      const cluster = TABLE.exec(name)?.[1]
      if (cluster === undefined || own.includes(line)) continue
      const maps = others.get(cluster) ?? new Map<string, Keys>()
      others.set(cluster, maps)
      for (const place of PLACES) maps.set(`${family} ${place}`, keysIn(await nft(['list', 'map', family, name, place])))
    }
    return others
  }
}
