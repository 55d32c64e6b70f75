/** A served resource: a kind, the collection that stores it, and how the one shows the other. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { Verb } from '#kinds/declare.ts'
import type { About } from '#kinds/meta/refusal.ts'
import { decode } from '#schema/decode.ts'
import type { Collection } from './collection.ts'
import { type AnyObject, type Item, MadeItem } from './item.ts'
import { type Subresource, subresourcesOf } from './subresources.ts'

const VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

export class Resource {
  /** The kind as it is shown: in the version of the path. */
  readonly kind: AnyKind
  /** The kind as it is stored; the same unless this is a view on another version. */
  readonly storedKind: AnyKind
  readonly collection: Collection
  readonly isNamespaced: boolean
  /** In the order of the alphabet, as discovery lists them. */
  readonly verbs: readonly Verb[]
  readonly subresources: readonly Subresource[]
  /** Whether users defined the kind: it has no wire tags and no merge keys, and its writers must say which state they saw. */
  readonly isCustom: boolean
  /** What refusals name. */
  readonly about: About
  readonly #shown = new WeakMap<Item, Item>()

  constructor(kind: AnyKind, storedKind: AnyKind, collection: Collection) {
    this.kind = kind
    this.storedKind = storedKind
    this.collection = collection
    this.isCustom = Boolean((kind as { readonly published?: { readonly custom?: unknown } }).published?.custom)
    this.isNamespaced = kind.options.scope === 'Namespaced'
    this.verbs = kind.options.verbs ? [...kind.options.verbs].sort() : VERBS
    this.subresources = subresourcesOf(kind)
    this.about = { group: kind.group, resource: kind.options.plural, kind: kind.name }
  }
  get isView(): boolean {
    return this.kind !== this.storedKind
  }

  /** The stored item as this resource's version shows it; made once per item. */
  show(item: Item): Item {
    if (!this.isView) return item
    let shown = this.#shown.get(item)
    if (!shown) {
      shown = new MadeItem(item.key, item.revision, this.#converted(item.value, this.kind, this.kind.options.view?.show))
      this.#shown.set(item, shown)
    }
    return shown
  }
  /** The object of this resource's version as it is stored. The draft is consumed. */
  stored(draft: AnyObject): AnyObject {
    if (!this.isView) return draft
    const converted = this.#converted(draft, this.storedKind, this.kind.options.view?.store)
    // What the other version leaves out, the stored one may have with a zero value, on which its rules rely.
    return decode(this.storedKind as never, converted).value as AnyObject
  }
  #converted(object: AnyObject, to: AnyKind, convert: ((draft: never) => unknown) | undefined): AnyObject {
    const copy = structuredClone(object)
    const made = ((convert as ((draft: unknown) => unknown) | undefined)?.(copy) ?? copy) as AnyObject
    return { ...made, apiVersion: to.apiVersion, kind: to.name }
  }
}
