/** What one watcher sees of a change: an object may come into its selection or leave it without being created or deleted. */
import type { Change } from '../resources/cache.ts'
import { type AnyObject, type Item, MadeItem } from '../resources/item.ts'
import type { Resource } from '../resources/resource.ts'
import type { WatchedEvent } from '../result.ts'
import type { Selection } from './selection.ts'

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
/** Objects as they were, with the revision at which they left a selection: shared by all watchers who lose them. */
const left = new WeakMap<Change, Item>()

export class Sight {
  readonly #resource: Resource
  readonly #prefix: string
  readonly #selection: Selection
  constructor(resource: Resource, prefix: string, selection: Selection) {
    this.#resource = resource
    this.#prefix = prefix
    this.#selection = selection
  }

  /** Undefined when the watcher does not see the change. */
  eventOf(change: Change): WatchedEvent | undefined {
    if (!change.item.key.startsWith(this.#prefix)) return undefined
    const item = this.#resource.show(change.item)
    const was = change.previous !== undefined && this.#matches(change.previous)
    if (change.isDeletion) return was ? { type: 'DELETED', item } : undefined
    const is = this.#selection.isEverything || this.#selection.matches(item)
    if (is) return { type: was ? 'MODIFIED' : 'ADDED', item }
    return was ? { type: 'DELETED', item: this.#resource.show(itemThatLeft(change)) } : undefined
  }
  /** An object of nothing but a revision: everything up to there has been told. */
  bookmark(revision: number, { isEndOfInitialEvents = false } = {}): WatchedEvent {
    const { apiVersion, name: kind } = this.#resource.kind
    const annotations = isEndOfInitialEvents ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}
    const value = { kind, apiVersion, metadata: { resourceVersion: String(revision), creationTimestamp: null, ...annotations } }
    return { type: 'BOOKMARK', item: new MadeItem('', revision, value as unknown as AnyObject) }
  }
  #matches(item: Item): boolean {
    return this.#selection.isEverything || this.#selection.matches(this.#resource.show(item))
  }
}

function itemThatLeft(change: Change): Item {
  let item = left.get(change)
  if (!item) {
    const { key, value } = change.previous as Item
    item = new MadeItem(key, change.revision, { ...value, metadata: { ...value.metadata, resourceVersion: String(change.revision) } })
    left.set(change, item)
  }
  return item
}
