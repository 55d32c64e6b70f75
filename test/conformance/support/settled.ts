/** Waits for objects to be as wanted by watching them: real containers take seconds, in which nobody need ask. */
import type { Any, Query, Resource } from './resource.ts'

/** Long enough for real containers on a machine that does much else; what takes longer has failed. */
const TIMEOUT_MS = 90_000

export interface SettledOptions {
  readonly timeoutMs?: number
}
/** What `check` gives of the selected objects once it no longer throws. Throws its last failure when the deadline is over. */
export async function settled<T>(
  resource: Resource,
  query: Query,
  check: (items: readonly Any[]) => T,
  { timeoutMs = TIMEOUT_MS }: SettledOptions = {},
): Promise<T> {
  const end = performance.now() + timeoutMs
  const list = await resource.list(query)
  const items = new Map<string, Any>(list.items.map((item: Any) => [item.metadata.uid, item]))
  await using watching = await resource.watch({ ...query, resourceVersion: list.metadata.resourceVersion })
  for (;;) {
    try {
      return check([...items.values()])
    } catch (failure) {
      const leftMs = end - performance.now()
      const event = leftMs > 0 ? await watching.next(leftMs).catch(() => undefined) : undefined
      if (!event) throw failure
      const { metadata } = event.object
      if (event.type === 'DELETED') items.delete(metadata.uid)
      else items.set(metadata.uid, event.object)
    }
  }
}

/** The same for one object; it must be there. */
export const settledOne = <T>(resource: Resource, name: string, check: (object: Any) => T, options?: SettledOptions): Promise<T> =>
  settled(
    resource,
    { fieldSelector: `metadata.name=${name}` },
    ([object]) => {
      if (!object) throw new Error(`${resource.path(name)} is not there`)
      return check(object)
    },
    options,
  )

/** Waits until the object is no more: containers take their time to end. */
export const settledGone = (resource: Resource, name: string, options?: SettledOptions): Promise<void> =>
  settled(
    resource,
    { fieldSelector: `metadata.name=${name}` },
    ([object]) => {
      if (object) throw new Error(`${resource.path(name)} is still there: ${JSON.stringify(object.status)}`)
    },
    options,
  )
