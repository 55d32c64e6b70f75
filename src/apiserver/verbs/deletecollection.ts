/** DELETE of a collection: each selected object by itself, as a single deletion would. */
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import type { ListResult } from '../result.ts'
import { deleteObject } from './delete.ts'
import { deletionOf } from './delete-options.ts'
import { list } from './list.ts'

/** So that a large collection does not wait for one durable commit after the other: writes of the same turn share one. */
const AT_ONCE = 100

/** Answers with the objects that were selected. An object that someone else deletes meanwhile is no failure. */
export async function removeCollection(call: Call): Promise<ListResult> {
  const deletion = await deletionOf(call)
  const selected = await list(call)
  for (let at = 0; at < selected.items.length; at += AT_ONCE)
    await Promise.all(
      selected.items.slice(at, at + AT_ONCE).map(async ({ value: { metadata } }) => {
        const name = metadata.name ?? ''
        const namespace = metadata.namespace ?? ''
        const one: Call = { ...call, target: { ...call.target, namespace: namespace || call.target.namespace, name } }
        try {
          await deleteObject(one, { namespace, name }, deletion)
        } catch (error) {
          if (!isRefusal(error, 'NotFound')) throw error
        }
      }),
    )
  return selected
}
