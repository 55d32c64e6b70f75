/** What an applier no longer names: fields that it alone owned are taken out of the object. */
import type { JsonObject } from '../json-value.ts'
import type { Type } from '../vocabulary.ts'
import { extract, withNamedFields } from './extract.ts'
import { difference, EMPTY, type FieldSet, intersection, isEmpty, union } from './field-set.ts'
import type { Owner, Owners } from './managed-fields.ts'
import { removed } from './merge.ts'
import { type Ground, versionView } from './ownership.ts'
import { rootViewOf } from './typed.ts'

/**
 * The merged object without what `last`, the applier's ownership before this request, had and nobody has now. What others own stays,
 * and so does what nobody ever owned, such as defaults. `owners` holds the applier's new fields already.
 * What lost all its parts is null: who owns it as such still does, see `settled`.
 */
export function pruned(ground: Ground, merged: JsonObject, owners: Owners, last: Owner | undefined): JsonObject {
  if (!last || isEmpty(last.fields)) return merged
  const isSubset = owners.values().some(owner => owner.apiVersion === last.apiVersion && isEmpty(difference(last.fields, owner.fields)))
  if (isSubset) return merged
  const version = versionView(ground, last.apiVersion)
  if (!version) return merged
  const whole = version.show(merged)
  const gone = withNamedFields(rootViewOf(version.type), last.fields)
  let rest = version.store(removed(version.type, whole, gone))
  for (const [apiVersion, owned] of ownedByVersion(owners, last.apiVersion)) rest = withOwned(ground, { merged, rest, apiVersion, owned })
  return version.store(withDangling(version.type, whole, version.show(rest), gone))
}

/** All owned fields, the version of the last apply first. */
function ownedByVersion(owners: Owners, first: string): ReadonlyMap<string, FieldSet> {
  const owned = new Map<string, FieldSet>([[first, EMPTY]])
  for (const { apiVersion, fields } of owners.values()) owned.set(apiVersion, union(owned.get(apiVersion) ?? EMPTY, fields))
  return owned
}

interface Remains {
  readonly merged: JsonObject
  readonly rest: JsonObject
  readonly apiVersion: string
  readonly owned: FieldSet
}
/** The rest, with everything back that somebody owns. */
function withOwned(ground: Ground, { merged, rest, apiVersion, owned }: Remains): JsonObject {
  const version = versionView(ground, apiVersion)
  if (!version) return rest
  const view = rootViewOf(version.type)
  const whole = version.show(merged)
  const all = named(version.type, whole)
  const kept = union(named(version.type, version.show(rest)), withNamedFields(view, owned))
  return version.store(removed(version.type, whole, difference(all, kept)))
}

/** The rest, with everything back that the applier had never named. */
const withDangling = (type: Type<unknown>, whole: JsonObject, rest: JsonObject, last: FieldSet) =>
  removed(type, whole, intersection(difference(named(type, whole), named(type, rest)), last))

const named = (type: Type<unknown>, object: JsonObject) => withNamedFields(rootViewOf(type), extract(type, object))
