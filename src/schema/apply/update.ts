/** Managed fields of objects that are written whole or patched: who changed a field owns it. */
import { timestamp } from '#base/clock.ts'
import type { JsonObject } from '../json-value.ts'
import {
  capped,
  decodeOwners,
  decodeOwnersOrNone,
  type Entry,
  encodeOwners,
  isReset,
  MalformedManagedFields,
  type Owners,
} from './managed-fields.ts'
import { afterUpdate, bare, type Ground } from './ownership.ts'

export interface UpdateRequest extends Ground {
  /** The stored object; undefined on creation. */
  readonly before: JsonObject | undefined
  /** The object as it is going to be stored, defaults and status included. */
  readonly after: JsonObject
  /** The fieldManager of the request, or what upstream derives from its user agent; empty becomes `unknown`. */
  readonly manager: string
  /** '' for the object itself. */
  readonly subresource?: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** metadata.managedFields as the request had them, where `after` no longer tells: `[]` and `[{}]` forget all ownership. */
  readonly requested?: unknown
}

/**
 * metadata.managedFields for the object after the update; undefined when nobody's ownership is known, which is kept so until the first apply.
 * The author's entry gets the time of this change; when nothing changes, nothing changes. Source: KEP-555, apimachinery managedfields.
 */
export function trackUpdate(request: UpdateRequest): readonly Entry[] | undefined {
  const { before, after, manager, subresource = '', now } = request
  const live = bare(before)
  const next = bare(after)
  const owners = startingOwners(live.entries, request.requested ?? next.entries, subresource)
  if (owners.size === 0 && before) return undefined
  const time = timestamp(now)
  const change = { before: live.object, after: next.object }
  return encodeOwners(capped(afterUpdate(request, change, owners, { manager, subresource, time })))
}

/** The request's own entries count, if it has any that can be read: a client may edit them. Not through subresources. */
function startingOwners(live: unknown, requested: unknown, subresource: string): Owners {
  if (subresource) return decodeOwnersOrNone(live)
  if (isReset(requested)) return new Map()
  const owners = readable(requested)
  return owners && owners.size > 0 ? owners : decodeOwnersOrNone(live)
}
function readable(entries: unknown): Owners | undefined {
  try {
    return decodeOwners(entries)
  } catch (error) {
    if (error instanceof MalformedManagedFields) return undefined
    throw error
  }
}
