/** How ownership of fields moves when an object changes: what was taken from whom, and what is in nobody's hands any more. */
import type { JsonObject } from '../json-value.ts'
import type { Type } from '../vocabulary.ts'
import { type Comparison, compare, comparisonWithout } from './compare.ts'
import { reconciled } from './extract.ts'
import { difference, EMPTY, type FieldSet, fieldSet, intersection, isEmpty, union } from './field-set.ts'
import { type Owner, type Owners, ownerKey } from './managed-fields.ts'
import { rootViewOf } from './typed.ts'

/** Another version of the same kind, as an entry of managed fields may name it. */
export interface VersionView {
  readonly type: Type<unknown>
  /** The object in that version, from the version of the request. */
  readonly show: (object: JsonObject) => JsonObject
  /** And back. */
  readonly store: (object: JsonObject) => JsonObject
}

/** What a request is made on. */
export interface Ground {
  readonly type: Type<unknown>
  /** The version of the request and of the objects. */
  readonly apiVersion: string
  /** Other versions; undefined for one that is not served any more, whose entries vanish. Absent: all versions of the group look alike. */
  readonly versions?: (apiVersion: string) => VersionView | undefined
  /** Fields that this request cannot set (status through the main resource, all but status through /status): nobody comes to own them. */
  readonly reset?: FieldSet
}

/** Never part of managed fields: what the server sets, and what says which object it is. */
export const NEVER_OWNED: FieldSet = fieldSet(
  'apiVersion',
  'kind',
  'metadata',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.clusterName',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
)

const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '')

export function versionView({ type, apiVersion, versions }: Ground, wanted: string): VersionView | undefined {
  if (wanted === apiVersion || (!versions && groupOf(wanted) === groupOf(apiVersion))) return { type, show: same, store: same }
  return versions?.(wanted)
}
const same = (object: JsonObject) => object

/** The owners with their fields fitted to the types of today. */
export function fittedOwners(ground: Ground, owners: Owners): Map<string, Owner> {
  const fitted = new Map<string, Owner>()
  for (const [key, owner] of owners) {
    const version = versionView(ground, owner.apiVersion)
    if (!version) continue
    const fields = reconciled(rootViewOf(version.type), owner.fields)
    fitted.set(key, fields === owner.fields ? owner : { ...owner, fields })
  }
  return fitted
}

export interface Takeover {
  /** What `self` takes from each of the others. */
  readonly conflicts: ReadonlyMap<string, FieldSet>
  /** The owners after that: nobody but `self` owns what changed, nobody owns what is gone, and who owns nothing is left out. */
  readonly owners: Map<string, Owner>
  readonly comparison: Comparison
}

/** What a change by `self` (a key of `owners`, or a name that is none) does to the others. */
export function takeover(ground: Ground, change: { before: JsonObject; after: JsonObject }, owners: Owners, self: string): Takeover {
  const comparison = comparisonWithout(compare(ground.type, change.before, change.after), ground.reset)
  const byVersion = new Map<string, Comparison | undefined>([[ground.apiVersion, comparison]])
  const inVersion = (apiVersion: string) => {
    if (byVersion.has(apiVersion)) return byVersion.get(apiVersion)
    const version = versionView(ground, apiVersion)
    const isAlike = version?.type === ground.type && version.show === same
    const found = isAlike ? comparison : version && compare(version.type, version.show(change.before), version.show(change.after))
    byVersion.set(apiVersion, found)
    return found
  }
  const conflicts = new Map<string, FieldSet>()
  const left = new Map<string, Owner>()
  for (const [key, owner] of owners) {
    const found = key === self ? undefined : inVersion(owner.apiVersion)
    if (key === self) left.set(key, owner)
    if (!found) continue
    const taken = intersection(owner.fields, union(found.modified, found.added))
    if (!isEmpty(taken)) conflicts.set(key, taken)
    const fields = difference(difference(owner.fields, taken), found.removed)
    if (!isEmpty(fields)) left.set(key, fields === owner.fields ? owner : { ...owner, fields })
  }
  return { conflicts, owners: left, comparison }
}

export interface Author {
  readonly manager: string
  readonly subresource: string
}

/** The owners after a change that was written whole: the author owns what changed and keeps what it owned and nobody changed. */
export function afterUpdate(
  ground: Ground,
  change: { readonly before: JsonObject; readonly after: JsonObject },
  owners: Owners,
  author: Author & { readonly time: string },
): Map<string, Owner> {
  const owner = { ...author, manager: author.manager || 'unknown', operation: 'Update', apiVersion: ground.apiVersion } as const
  const key = ownerKey(owner)
  const { owners: left, comparison } = takeover(ground, change, fittedOwners(ground, owners), key)
  const before = left.get(key)
  const kept = before ? difference(before.fields, comparison.removed) : EMPTY
  const changed = difference(union(comparison.modified, comparison.added), NEVER_OWNED)
  if (!isEmpty(changed)) left.set(key, { ...owner, fields: union(kept, changed) })
  else if (isEmpty(kept)) left.delete(key)
  else if (before) left.set(key, { ...before, fields: kept })
  return left
}

/** The object without its managed fields, which never own themselves. */
export function bare(object: JsonObject | undefined): { readonly object: JsonObject; readonly entries: unknown } {
  const { managedFields, ...metadata } = (object?.metadata ?? {}) as JsonObject
  if (managedFields === undefined) return { object: object ?? {}, entries: undefined }
  return { object: { ...object, metadata }, entries: managedFields }
}
