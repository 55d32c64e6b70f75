/** GET of a collection: all that is selected, at one revision, in chunks if asked for. Source: API concepts, "Retrieving large results sets in chunks". */
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import { Compacted, FutureRevision } from '#store/store.ts'
import type { Call } from '../call.ts'
import type { Item } from '../resources/item.ts'
import type { ListResult } from '../result.ts'
import { continuationOf, tokenOf } from './continue-token.ts'
import { type ReadOptions, readOptions } from './list-options.ts'
import { type Selection, selectionOf } from './selection.ts'

/** Entries read from the store at once while a chunk is filled with those that are selected. */
const READ_AHEAD = 500

/** Throws Expired when the wanted revision is compacted, Timeout when it lies in the future. */
export async function list(call: Call): Promise<ListResult> {
  const options = readOptions(call)
  const selection = selectionOf(call)
  const { resource } = call
  const { cache } = resource.collection
  const place = await placeOf(call, options)
  // The cache has only the newest state; and clients rely on it that a token ends when its revision is forgotten.
  const oldest = Math.max(cache.changedAt, resource.collection.compacted)
  const chunk =
    place.revision === undefined || (place.revision <= cache.revision && place.revision >= oldest)
      ? fromCache(call, { ...place, limit: options.limit, selection })
      : await fromHistory(call, { ...place, limit: options.limit, selection, token: options.continue })
  return {
    form: 'list',
    code: 200,
    resource,
    metadata: {
      resourceVersion: String(chunk.revision),
      ...(chunk.next && { continue: tokenOf({ revision: chunk.revision, start: chunk.next }) }),
      // How many of the rest are selected is not known without reading them.
      ...(chunk.next && selection.isEverything && chunk.remaining > 0 && { remainingItemCount: chunk.remaining }),
    },
    items: chunk.items,
  }
}

interface Place {
  /** Undefined: as it is now. */
  readonly revision: number | undefined
  readonly start: string
}
/** Where to read: which state, and from which key on. */
async function placeOf({ resource, target }: Call, options: ReadOptions): Promise<Place> {
  const { collection } = resource
  const { cache } = collection
  const prefix = collection.key(target.namespace)
  if (options.continue) {
    const { revision, start } = continuationOf(options.continue)
    const key = cache.prefix + start
    if (!key.startsWith(prefix)) throw refuse.badRequest(`continue key is not valid: invalid continue key`)
    await cache.fresh()
    return { revision: revision === -1 ? undefined : revision, start: key }
  }
  const { revision } = options
  const isExact = revision && (options.match === 'Exact' || (options.limit > 0 && options.match === undefined))
  if (revision) await cache.reached(revision)
  else if (revision === undefined) await cache.fresh()
  // Any state will do.
  else await cache.start()
  return { revision: isExact ? revision : undefined, start: prefix }
}

interface Wanted extends Place {
  readonly limit: number
  readonly selection: Selection
}
interface Chunk {
  readonly items: readonly Item[]
  readonly revision: number
  /** The key of the next chunk, without the collection's prefix. */
  readonly next: string | undefined
  readonly remaining: number
}

/** The state in the cache; nothing is awaited, so that it is one state. */
function fromCache({ resource, target }: Call, { revision, start, limit, selection }: Wanted): Chunk {
  const { collection } = resource
  const prefix = collection.key(target.namespace)
  const items: Item[] = []
  let passed = 0
  for (const stored of collection.cache.range(prefix, start)) {
    if (limit && items.length === limit)
      return {
        items,
        revision: revision ?? collection.cache.revision,
        next: stored.key.slice(collection.cache.prefix.length),
        remaining: remainingAfter(passed),
      }
    passed++
    const item = resource.show(stored)
    if (selection.matches(item)) items.push(item)
  }
  return { items, revision: revision ?? collection.cache.revision, next: undefined, remaining: 0 }

  function remainingAfter(count: number): number {
    return collection.cache.count(prefix, start) - count
  }
}

/** A past state, from the store. */
async function fromHistory({ resource, target }: Call, wanted: Wanted & { readonly token: string }): Promise<Chunk> {
  const { collection } = resource
  const { limit, selection, token } = wanted
  const at = wanted.revision as number
  const items: Item[] = []
  let { start } = wanted
  try {
    for (;;) {
      const snapshot = await collection.snapshot({
        namespace: target.namespace,
        start,
        at,
        ...(limit && { limit: Math.max(limit, READ_AHEAD) }),
      })
      for (const [index, stored] of snapshot.items.entries()) {
        if (limit && items.length === limit)
          return {
            items,
            revision: at,
            next: stored.key.slice(collection.cache.prefix.length),
            remaining: snapshot.items.length - index + snapshot.remaining,
          }
        const item = resource.show(stored)
        if (selection.matches(item)) items.push(item)
      }
      const last = snapshot.items.at(-1)
      if (!snapshot.remaining || !last) return { items, revision: at, next: undefined, remaining: 0 }
      start = `${last.key}\0`
    }
  } catch (error) {
    if (error instanceof FutureRevision) throw refuse.futureRevision(at, error.current)
    if (!(error instanceof Compacted)) throw error
    if (!token) throw refuse.expired('The resourceVersion for the provided list is too old.', error)
    throw expiredToken(continuationOf(token).start, error)
  }
}

/** Told with a token by which the client may go on, if it can live with what has changed meanwhile. */
function expiredToken(start: string, cause: unknown): Refusal {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
  return refuse.expired(message, cause).withMetadata({ continue: tokenOf({ revision: -1, start }) })
}
