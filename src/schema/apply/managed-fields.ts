/** Managed fields: which manager owns which fields, since when, through which version and subresource. */
import { quote } from '#base/quote.ts'
import { goText, isObject, type JsonObject } from '../json-value.ts'
import { compareText } from './element.ts'
import { type FieldSet, fromFieldsV1, toFieldsV1, union } from './field-set.ts'

/** So that objects which many clients update do not grow without bound: upstream's DefaultMaxUpdateManagers. */
export const UPDATE_ENTRIES_MAX = 10
/** Under this name the oldest updates are put together when there are more than that. */
const OLDEST = 'ancient-changes'

/** Who owns fields, in one way of writing them. */
export interface Owner {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  /** The version in which the paths of `fields` are written. */
  readonly apiVersion: string
  /** '' for the object itself. */
  readonly subresource: string
  readonly fields: FieldSet
  /** RFC 3339. */
  readonly time: string | undefined
}
/** The owners by their identity: an applier is one owner in all versions, an updater one per version. */
export type Owners = ReadonlyMap<string, Owner>

export const ownerKey = ({ manager, operation, apiVersion, subresource }: Omit<Owner, 'fields' | 'time'>): string =>
  JSON.stringify({
    manager: manager || undefined,
    operation,
    apiVersion: (operation === 'Update' && apiVersion) || undefined,
    subresource: subresource || undefined,
  })

/** As messages name it: `"kubectl" with subresource "status" using apps/v1`. */
export function ownerText({ manager, operation, apiVersion, subresource }: Omit<Owner, 'fields' | 'time'>): string {
  const name = subresource ? `${quote(manager)} with subresource ${quote(subresource)}` : quote(manager)
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}

/** Entries that cannot be read; the message is upstream's. */
export class MalformedManagedFields extends Error {}

/** The owners that the entries tell of. Throws MalformedManagedFields. */
export function decodeOwners(entries: unknown): Owners {
  const owners = new Map<string, Owner>()
  if (!Array.isArray(entries)) return owners
  for (const [index, entry] of entries.entries()) {
    const owner = decoded(isObject(entry) ? entry : {}, index)
    owners.set(ownerKey(owner), owner)
  }
  return owners
}

function decoded(entry: JsonObject, index: number): Owner {
  const { manager, operation, apiVersion, fieldsType, fieldsV1, subresource, time } = entry
  if (operation !== 'Apply' && operation !== 'Update') throw new MalformedManagedFields('operation must be `Apply` or `Update`')
  if (typeof apiVersion !== 'string' || !apiVersion) throw new MalformedManagedFields('apiVersion must not be empty')
  if (!fieldsType) throw new MalformedManagedFields(`missing fieldsType in managed fields entry ${index}`)
  if (fieldsType !== 'FieldsV1') {
    throw new MalformedManagedFields(`invalid fieldsType ${quote(goText(fieldsType))} in managed fields entry ${index}`)
  }
  return {
    manager: typeof manager === 'string' ? manager : '',
    operation,
    apiVersion,
    subresource: typeof subresource === 'string' ? subresource : '',
    fields: decodedFields(fieldsV1, entry),
    time: typeof time === 'string' ? time : undefined,
  }
}
function decodedFields(fields: unknown, entry: JsonObject): FieldSet {
  try {
    return fromFieldsV1(fields ?? {})
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new MalformedManagedFields(`error decoding versioned set from ${goText(entry)}: error decoding set: ${error.message}`, {
      cause: error,
    })
  }
}

/** The owners of an object whose entries nobody can read any more are unknown: as upstream, there are none. */
export function decodeOwnersOrNone(entries: unknown): Owners {
  try {
    return decodeOwners(entries)
  } catch (error) {
    if (error instanceof MalformedManagedFields) return new Map()
    throw error
  }
}

/** Whether a request asks that all ownership be forgotten: an empty list, or one with a single empty entry. */
export function isReset(entries: unknown): boolean {
  if (!Array.isArray(entries)) return false
  const [first] = entries
  return (
    entries.length === 0 || (entries.length === 1 && isObject(first) && Object.values(first).every(value => value === null || value === ''))
  )
}

/** One entry of metadata.managedFields, in the order of its properties on the wire. */
export interface Entry {
  readonly manager?: string
  readonly operation: string
  readonly apiVersion: string
  readonly time?: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: JsonObject
  readonly subresource?: string
}

/** The entries, sorted as upstream sorts them; undefined when there are none. */
export function encodeOwners(owners: Owners): Entry[] | undefined {
  if (owners.size === 0) return undefined
  const order = (a: Owner, b: Owner) =>
    compareText(a.operation, b.operation) ||
    seconds(a) - seconds(b) ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  return [...owners.values()].sort(order).map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
    ...(manager && { manager }),
    operation,
    apiVersion,
    ...(time && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource && { subresource }),
  }))
}
const seconds = ({ time }: Owner) => (time ? Math.floor(Date.parse(time) / 1000) : 0)

/** At most UPDATE_ENTRIES_MAX updaters: the oldest of one version become one owner together. */
export function capped(owners: Owners): Owners {
  if (owners.size <= UPDATE_ENTRIES_MAX) return owners
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update')
  if (updaters.length <= UPDATE_ENTRIES_MAX) return owners
  updaters.sort(([keyA, a], [keyB, b]) => seconds(a) - seconds(b) || compareText(keyA, keyB))
  const result = new Map(owners)
  const firstOf = new Map<string, string>()
  let count = updaters.length
  for (const [key, owner] of updaters) {
    if (count <= UPDATE_ENTRIES_MAX) break
    const first = firstOf.get(owner.apiVersion)
    if (first === undefined) {
      firstOf.set(owner.apiVersion, key)
      continue
    }
    const bucket = { manager: OLDEST, operation: 'Update', apiVersion: owner.apiVersion, subresource: '' } as const
    const bucketKey = ownerKey(bucket)
    const before = result.get(bucketKey) ?? result.get(first)
    if (!result.has(bucketKey)) result.delete(first)
    result.delete(key)
    // The younger time: the bucket's last change is that of its youngest part.
    result.set(bucketKey, { ...bucket, fields: before ? union(before.fields, owner.fields) : owner.fields, time: owner.time })
    count--
  }
  return result
}
