/** A change that the server itself makes to a stored object: no admission, no strategy, only the newest state and its successor. */
import { isEqual } from '#schema/json-value.ts'
import { Mismatch } from '#store/store.ts'
import { type AnyObject, type Item, MadeItem } from '../resources/item.ts'
import type { Resource } from '../resources/resource.ts'

export interface Amendment {
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
  /** The successor, in the stored version; called again when someone was quicker. Throws what refuses the change. */
  readonly compose: (before: AnyObject) => AnyObject
}
/** Undefined when there is no such object. Goes on until nobody is quicker. */
export async function amend({ collection }: Resource, { namespace, name, dryRun, compose }: Amendment): Promise<Item | undefined> {
  for (;;) {
    const current = await collection.get(namespace, name)
    if (!current) return undefined
    const next = compose(current.value)
    if (isEqual(next, current.value)) return current
    if (dryRun) return new MadeItem(current.key, current.revision, next)
    try {
      return await collection.put(next, current.revision)
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error
    }
  }
}
