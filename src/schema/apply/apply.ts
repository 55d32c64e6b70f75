/** Server-side apply (KEP-555): a configuration is merged into the live object, and its manager owns exactly what it names. */
import { timestamp } from '#base/clock.ts'
import { isEqual, isObject, type JsonObject } from '../json-value.ts'
import { check } from './check.ts'
import { type Conflict, conflictMessage, conflictsOf } from './conflict.ts'
import { extract } from './extract.ts'
import { difference, EMPTY, type FieldSet, isEmpty, union, without } from './field-set.ts'
import { ownFromClientSide, withLastApplied } from './last-applied.ts'
import { capped, decodeOwners, encodeOwners, MalformedManagedFields, type Owner, type Owners, ownerKey } from './managed-fields.ts'
import { merge, settled } from './merge.ts'
import { afterUpdate, bare, fittedOwners, type Ground, NEVER_OWNED, takeover } from './ownership.ts'
import { pruned } from './prune.ts'

/** Owner of everything that an object had before anybody's ownership was tracked. */
const BEFORE_FIRST_APPLY = 'before-first-apply'
/** The manager that takes over from client-side apply. */
const KUBECTL = 'kubectl'

export interface ApplyRequest extends Ground {
  /** The kind that the configuration must have; not checked when absent. */
  readonly kind?: string
  /** The stored object; undefined when there is none yet. */
  readonly live: JsonObject | undefined
  readonly config: JsonObject
  /** The fieldManager of the request, which is required of an apply. */
  readonly manager: string
  /** '' for the object itself. */
  readonly subresource?: string
  /** Take fields from other managers instead of reporting conflicts. */
  readonly force?: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}
export interface Applied {
  /** With its managed fields. Not defaulted, decoded or validated yet. */
  readonly object: JsonObject
  /** Whether anything but managed fields differs from the live object; false keeps the times too. */
  readonly changed: boolean
}
/** Others own fields that this configuration wants to change: status 409, reason Conflict. */
export interface Conflicted {
  readonly conflicts: readonly Conflict[]
  readonly message: string
}

/** A configuration that cannot be applied to anything. 400: wrong kind or version, or managed fields in it. 500: as upstream, not of its type. */
export class ApplyFailure extends Error {
  override readonly name = 'ApplyFailure'
  readonly status: 400 | 500
  constructor(status: ApplyFailure['status'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** Throws ApplyFailure. Source: KEP-555; messages and every detail as apimachinery's managedfields and structured-merge-diff. */
export function apply(request: ApplyRequest): Applied | Conflicted {
  accept(request)
  const { config, manager, now, subresource = '' } = request
  const stored = bare(request.live)
  const live = stored.object
  let owners = decoded(stored.entries)
  if (owners.size === 0) {
    const change = { before: {}, after: live }
    owners = capped(afterUpdate(request, change, owners, { manager: BEFORE_FIRST_APPLY, subresource, time: timestamp(now) }))
  }
  let result = attempt(request, live, owners, request.force ?? false)
  if ('conflicts' in result && manager === KUBECTL) {
    const own = ownFromClientSide(request, live)
    const others = new Map([...result.conflicts].map(([key, fields]) => [key, difference(fields, own)]))
    const isAllowed = isEmpty([...others.values()].reduce(union, EMPTY))
    result = isAllowed ? attempt(request, live, owners, true) : { conflicts: new Map([...others].filter(([, fields]) => !isEmpty(fields))) }
  }
  if ('conflicts' in result) {
    const conflicts = conflictsOf(result.conflicts, owners)
    return { conflicts, message: conflictMessage(conflicts) }
  }
  const object = manager === KUBECTL ? withLastApplied(result.object, config) : result.object
  return { object: withEntries(object, result.owners), changed: result.changed || object !== result.object }
}

function accept({ config, apiVersion, kind, type }: ApplyRequest): void {
  const { metadata } = config
  const [version, of] = [text(config.apiVersion), text(config.kind)]
  const gvk = `${version.includes('/') ? version : `/${version}`}, Kind=${of}`
  if (kind !== undefined && (of !== kind || version !== apiVersion)) throw new ApplyFailure(400, `invalid object type: ${gvk}`)
  if (version !== apiVersion) {
    throw new ApplyFailure(400, `Incorrect version specified in apply patch. Specified patch version: ${version}, expected: ${apiVersion}`)
  }
  if (isObject(metadata) && (metadata.managedFields ?? null) !== null) throw new ApplyFailure(400, 'metadata.managedFields must be nil')
  const problem = check(type, config)
  if (problem) {
    const [namespace, name] = isObject(metadata) ? [text(metadata.namespace), text(metadata.name)] : ['', '']
    throw new ApplyFailure(500, `failed to create typed patch object (${namespace}/${name}; ${gvk}): ${problem}`)
  }
}
/** What is no text names nothing. */
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function decoded(entries: unknown): Owners {
  try {
    return decodeOwners(entries)
  } catch (error) {
    if (!(error instanceof MalformedManagedFields)) throw error
    throw new ApplyFailure(500, `failed to decode managed fields: ${error.message}`, { cause: error })
  }
}

type Attempt = { object: JsonObject; changed: boolean; owners: Owners } | { conflicts: ReadonlyMap<string, FieldSet> }

function attempt(request: ApplyRequest, live: JsonObject, known: Owners, force: boolean): Attempt {
  const { type, apiVersion, config, reset, subresource = '', now } = request
  const self = { manager: request.manager || 'unknown', operation: 'Apply', apiVersion, subresource } as const
  const key = ownerKey(self)
  const owners = fittedOwners(request, known)
  const last = owners.get(key)
  const mine: Owner = { ...self, fields: without(extract(type, config), reset), time: last?.time }
  owners.set(key, mine)
  const merged = merge(type, live, config)
  const after = pruned(request, merged, owners, last)
  const { conflicts, owners: left } = takeover(request, { before: live, after }, owners, key)
  if (!force && conflicts.size > 0) return { conflicts }
  const object = settled(type, after, merged)
  const changed = !isEqual(live, object)
  const fields = difference(mine.fields, NEVER_OWNED)
  if (isEmpty(fields)) left.delete(key)
  else left.set(key, { ...mine, fields, time: changed ? timestamp(now) : mine.time })
  return { object: changed ? object : live, changed, owners: left }
}

function withEntries(object: JsonObject, owners: Owners): JsonObject {
  const managedFields = encodeOwners(owners)
  const metadata = (object.metadata ?? {}) as JsonObject
  return { ...object, metadata: managedFields ? { ...metadata, managedFields } : metadata }
}
