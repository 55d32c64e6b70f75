/** Reads of the past: a range as it was at a revision, and what happened since one. */
import { compareKeys, isWithin } from './keys.ts'
import type { Tables, Version } from './medium.ts'
import type { Entry, RangeQuery, StoreEvent, WatchQuery } from './store.ts'

/** What stood in a range right after `at` was written. `newest` is the tables' own revision. */
export function rangeAt(tables: Tables, query: RangeQuery, at: number, newest: number): { entries: Entry[]; remaining: number } {
  return at === newest ? rangeNow(tables, query) : rangeThen(tables, query, at)
}

function rangeNow({ live, versions }: Tables, { start, end, limit }: RangeQuery) {
  const entries: Entry[] = []
  for (const [key, revision] of live.scan(start, end, limit))
    entries.push({ key, revision, value: present(versions.get(revision), key).value })
  const wasCut = limit !== undefined && entries.length === limit
  return { entries, remaining: wasCut ? live.count(start, end) - entries.length : 0 }
}

function rangeThen(tables: Tables, { start, end, limit = Infinity }: RangeQuery, at: number) {
  const found: { key: string; revision: number }[] = []
  for (const [key, newest] of tables.live.scan(start, end)) {
    const revision = putAt(tables, newest, at, 'put')
    if (revision) found.push({ key, revision })
  }
  const alive = found.length
  for (const [key, newest] of tables.graves.scan(start, end)) {
    const revision = putAt(tables, newest, at, 'delete')
    if (revision) found.push({ key, revision })
  }
  if (found.length > alive) found.sort((a, b) => compareKeys(a.key, b.key))
  const entries = found
    .slice(0, limit)
    .map(({ key, revision }): Entry => ({ key, revision, value: present(tables.versions.get(revision), key).value }))
  return { entries, remaining: found.length - entries.length }
}

/** Walks a key's versions back to the one that was newest at `at`; 0 when the key was not there. */
function putAt({ versions }: Tables, newest: number, at: number, type: Version['type']): number {
  let revision = newest
  let kind = type
  while (revision > at) {
    revision = versions.get(revision)?.before ?? 0
    // A version that is gone was a deletion: compaction keeps every put that can still be read.
    kind = versions.get(revision)?.type ?? 'delete'
  }
  return kind === 'put' ? revision : 0
}

/** @throws when the version is missing: then the tables contradict each other. */
export function present(version: Version | undefined, key: string): Version {
  if (!version) throw new Error(`read "${key}": its version is not in the history; the store is damaged`)
  return version
}

/** What was written at a revision, as watchers hear of it. `find` gives the version before it. */
export function eventOf(
  revision: number,
  { type, key, value, before }: Version,
  find: (revision: number) => Version | undefined,
): StoreEvent {
  const previous = (): Entry | undefined => {
    const old = before ? find(before) : undefined
    return old?.type === 'put' ? { key, revision: before, value: old.value } : undefined
  }
  return {
    type,
    key,
    revision,
    value,
    get previous() {
      return previous()
    },
  }
}

/** The events of a range among the next `limit` revisions from `from` on, and the revision up to which that reaches: `newest` when no more follow. */
export function eventsFrom(
  { versions }: Tables,
  { start, end, from }: WatchQuery,
  { limit, newest }: { readonly limit: number; readonly newest: number },
): { events: StoreEvent[]; reached: number } {
  const events: StoreEvent[] = []
  let count = 0
  let last = from
  for (const [revision, version] of versions.scan(from, undefined, limit)) {
    if (isWithin(version.key, start, end)) events.push(eventOf(revision, version, before => versions.get(before)))
    count += 1
    last = revision
  }
  // Not the last one found: nothing was written at revision 1.
  return { events, reached: count < limit ? newest : last }
}
