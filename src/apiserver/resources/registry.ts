/** The resources that are served now. They can change while the server runs: custom resources come and go. */
import type { Clock } from '#base/clock.ts'
import type { AnyKind, CatalogueGroup } from '#kinds/catalogue.ts'
import type { Store } from '#store/store.ts'
import { Collection } from './collection.ts'
import { Resource } from './resource.ts'

export interface ServedVersion {
  readonly version: string
  readonly resources: readonly Resource[]
}
export interface ServedGroup {
  /** '' for core. */
  readonly group: string
  /** The first one is the preferred version. */
  readonly versions: readonly ServedVersion[]
}
type Version = Map<string, Resource>

export class Registry implements Disposable {
  readonly #store: Store
  readonly #clock: Clock
  readonly #catalogue: readonly CatalogueGroup[]
  /** By group and version, once loaded; the promise so that nothing is loaded twice. */
  readonly #loaded = new Map<string, Promise<Version>>()
  readonly #versions = new Map<string, Version>()
  readonly #collections = new Map<string, Collection>()
  readonly #added = new Map<string, Map<string, Version>>()
  readonly #listeners = new Set<() => void>()
  readonly #byKind = new Map<AnyKind, Resource>()

  constructor(store: Store, clock: Clock, catalogue: readonly CatalogueGroup[]) {
    this.#store = store
    this.#clock = clock
    this.#catalogue = catalogue
  }

  /** The resource under a path; loads its group version if need be. */
  async find(group: string, version: string, plural: string): Promise<Resource | undefined> {
    return (await this.#version(group, version))?.get(plural) ?? this.#added.get(group)?.get(version)?.get(plural)
  }
  /** The resource of a kind of the catalogue, whether its version is served or not. */
  of(kind: AnyKind): Resource {
    const known = this.#byKind.get(kind)
    if (known) return known
    const resource = new Resource(kind, storedKindOf(kind), this.#collection(storedKindOf(kind)))
    this.#byKind.set(kind, resource)
    return resource
  }
  /** The resource of a kind by name, as references name it. */
  async findKind(group: string, version: string, kind: string): Promise<Resource | undefined> {
    const served = [...((await this.#version(group, version))?.values() ?? []), ...(this.#added.get(group)?.get(version)?.values() ?? [])]
    return served.find(resource => resource.kind.name === kind)
  }
  /** Everything that is served, in the order of discovery; loads all groups. */
  async groups(): Promise<readonly ServedGroup[]> {
    const own = await Promise.all(
      this.#catalogue.map(async ({ group, versions }) => ({
        group,
        versions: await Promise.all(
          versions.map(async ({ version }) => ({
            version,
            resources: [...((await this.#version(group, version)) as Version).values(), ...this.#addedTo(group, version)],
          })),
        ),
      })),
    )
    const known = new Set(own.flatMap(({ group, versions }) => versions.map(({ version }) => `${group}/${version}`)))
    const groups = new Map<string, ServedVersion[]>(own.map(({ group, versions }) => [group, versions]))
    for (const [group, versions] of this.#added)
      for (const version of versions.keys()) {
        if (known.has(`${group}/${version}`)) continue
        const list = groups.get(group) ?? []
        list.push({ version, resources: this.#addedTo(group, version) })
        groups.set(group, list)
      }
    return [...groups].map(([group, versions]) => ({ group, versions }))
  }

  /** Serves one more kind, or the kind of that name anew; tells the listeners. */
  add(kind: AnyKind): Resource {
    const resource = new Resource(kind, storedKindOf(kind), this.#collection(storedKindOf(kind)))
    const versions = this.#added.get(kind.group) ?? new Map<string, Version>()
    const version = versions.get(kind.version) ?? new Map<string, Resource>()
    version.set(kind.options.plural, resource)
    versions.set(kind.version, version)
    this.#added.set(kind.group, versions)
    this.#tell()
    return resource
  }
  /** Serves a kind that was added no longer, and tells the listeners. Its objects stay in the store. */
  remove(group: string, version: string, plural: string): void {
    const versions = this.#added.get(group)
    if (!versions?.get(version)?.delete(plural)) return
    if (versions.get(version)?.size === 0) versions.delete(version)
    if (versions.size === 0) this.#added.delete(group)
    this.#tell()
  }
  /** Calls back after each change of what is served. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }
  [Symbol.dispose](): void {
    for (const collection of this.#collections.values()) collection.cache[Symbol.dispose]()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
  #addedTo(group: string, version: string): readonly Resource[] {
    return [...(this.#added.get(group)?.get(version)?.values() ?? [])]
  }
  #version(group: string, version: string): Promise<Version> | Version | undefined {
    const key = `${group}/${version}`
    const ready = this.#versions.get(key)
    if (ready) return ready
    const entry = this.#catalogue.find(known => known.group === group)?.versions.find(known => known.version === version)
    if (!entry) return undefined
    const loading =
      this.#loaded.get(key) ??
      entry.kinds().then(kinds => {
        const made = new Map(kinds.map(kind => [kind.options.plural, this.of(kind)]))
        this.#versions.set(key, made)
        return made
      })
    this.#loaded.set(key, loading)
    return loading
  }
  /** All versions of a kind share one collection. */
  #collection(kind: AnyKind): Collection {
    const key = `${kind.group}/${kind.options.plural}`
    let collection = this.#collections.get(key)
    if (!collection) {
      const { plural, scope } = kind.options
      collection = new Collection(this.#store, this.#clock, { group: kind.group, plural, isNamespaced: scope === 'Namespaced' })
      this.#collections.set(key, collection)
    }
    return collection
  }
}
const storedKindOf = (kind: AnyKind): AnyKind => (kind.options.view?.of() as AnyKind | undefined) ?? kind
