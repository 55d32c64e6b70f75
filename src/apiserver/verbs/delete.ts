/** DELETE: at once, or when the grace period is over and the last finalizer gone. Source: upstream's rest.BeforeDelete and registry store. */
import { timestamp } from '#base/clock.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { clone, isEqual } from '#schema/json-value.ts'
import { Mismatch } from '#store/store.ts'
import type { Call } from '../call.ts'
import { type AnyObject, type Item, MadeItem } from '../resources/item.ts'
import { metaOf } from '../resources/metadata.ts'
import { objectResult, type Result, valueResult } from '../result.ts'
import { reserve, settling, validate } from './admit.ts'
import { type Deletion, deletionOf } from './delete-options.ts'

/** As for changes: how often others may be quicker. */
const ATTEMPTS_MAX = 100
/** Resources whose deletion answers with the object instead of a Status (as the published OpenAPI says). */
const RETURNS_OBJECT = new Set([
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/serviceaccounts',
  '/services',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/devicetaintrules',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
])

export interface Deleted {
  readonly item: Item
  /** False while the object still waits for its grace period or for finalizers. */
  readonly isGone: boolean
}

/** Throws NotFound, Conflict on preconditions, and what admission refuses. */
export async function remove(call: Call): Promise<Result> {
  const { resource, target } = call
  const deletion = await deletionOf(call)
  const { item, isGone } = await deleteObject(call, { namespace: target.namespace, name: target.name }, deletion)
  const code = !isGone && deletion.isOldCascade ? 202 : 200
  const { group, resource: plural } = resource.about
  if (!isGone || RETURNS_OBJECT.has(`${group}/${plural}`)) return objectResult(resource, item, code)
  const details = { name: target.name, ...(group && { group }), kind: plural, uid: item.value.metadata.uid }
  return valueResult({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }, code)
}

export async function deleteObject(
  call: Call,
  { namespace, name }: { namespace: string; name: string },
  deletion: Deletion,
): Promise<Deleted> {
  const { collection, about } = call.resource
  for (let attempt = 1; ; attempt++) {
    const current = await collection.get(namespace, name)
    if (!current) throw refuse.notFound(about, name)
    checkPreconditions(current, deletion, call)
    try {
      return await settling(async settlements => {
        const occurrence = { operation: 'DELETE', before: current.value, dryRun: deletion.dryRun } as const
        await reserve(call, occurrence, settlements)
        await validate(call, occurrence, settlements)
        const deleted = await advance(call, current, deletion)
        return [deleted, deletion.dryRun ? 'failed' : deleted.isGone ? 'gone' : 'stored']
      })
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error
      if (attempt === ATTEMPTS_MAX) throw refuse.modified(about, name)
    }
  }
}

async function advance({ resource, serving }: Call, current: Item, deletion: Deletion): Promise<Deleted> {
  const { collection, storedKind } = resource
  const { next, isGone } = deletedState(storedKind, current.value, { deletion, nowMs: serving.clock.now() })
  const item = new MadeItem(current.key, current.revision, next)
  if (deletion.dryRun) return { item, isGone }
  if (isGone) await collection.delete(item)
  else if (!isEqual(next, current.value)) return { item: await collection.put(next, current.revision), isGone }
  return { item: isGone ? item : current, isGone }
}

function checkPreconditions(
  { value: { metadata, kind } }: Item,
  { preconditions: { uid, resourceVersion } }: Deletion,
  { resource }: Call,
): void {
  const about = { group: resource.about.group, resource: kind }
  const name = metadata.name ?? ''
  if (uid !== undefined && uid !== metadata.uid)
    throw refuse.conflict(
      about,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    )
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw refuse.conflict(
      about,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    )
}

interface Circumstances {
  readonly deletion: Deletion
  readonly nowMs: number
}
/** What a deletion makes of an object: its last state when it can go at once, or the state in which it waits. */
export function deletedState(
  kind: Call['resource']['kind'],
  before: AnyObject,
  { deletion, nowMs }: Circumstances,
): { readonly next: AnyObject; readonly isGone: boolean } {
  const next = clone(before)
  const meta = metaOf(next)
  const isNamespace = kind.name === 'Namespace' && kind.group === ''
  const isGraceful = kind.options.gracePeriod !== undefined
  let waits = false
  if (isGraceful && meta.deletionTimestamp && meta.deletionGracePeriodSeconds) {
    const asked = deletion.gracePeriodSeconds
    // A deletion that is under way can only be hastened.
    if (asked === undefined || asked >= meta.deletionGracePeriodSeconds) return { next: before, isGone: false }
    meta.deletionTimestamp = timestamp(Date.parse(meta.deletionTimestamp) + (Math.max(0, asked) - meta.deletionGracePeriodSeconds) * 1_000)
    meta.deletionGracePeriodSeconds = Math.max(0, asked)
    waits = meta.deletionGracePeriodSeconds > 0
  } else if (isGraceful && !meta.deletionTimestamp) {
    const seconds = kind.options.gracePeriod?.(before as never, deletion.gracePeriodSeconds) ?? 0
    if (seconds > 0) {
      meta.deletionTimestamp = timestamp(nowMs + seconds * 1_000)
      meta.deletionGracePeriodSeconds = seconds
      if (meta.generation) meta.generation++
      waits = true
    }
  }
  meta.finalizers = finalizersFor(before, deletion, kind.options.orphansByDefault)
  if (!meta.finalizers.length) delete meta.finalizers
  if (isNamespace && !meta.deletionTimestamp) {
    meta.deletionTimestamp = timestamp(nowMs)
    next['status'] = { ...next['status'], phase: 'Terminating' }
  }
  if (isNamespace && (next['spec']?.finalizers?.length || meta.finalizers?.length)) return { next, isGone: false }
  if (waits) return { next, isGone: false }
  if (!meta.finalizers?.length) return { next: isGraceful || isNamespace ? next : before, isGone: true }
  if (!meta.deletionTimestamp && meta.generation) meta.generation++
  if (!meta.deletionTimestamp || Date.parse(meta.deletionTimestamp) > nowMs) meta.deletionTimestamp = timestamp(nowMs)
  meta.deletionGracePeriodSeconds = 0
  return { next, isGone: false }
}

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'
/** Finalizers stand for the garbage collector's work: orphaning the dependents, or deleting them first. */
function finalizersFor({ metadata }: AnyObject, { propagation: asked }: Deletion, orphansByDefault = false): string[] {
  const finalizers = metadata.finalizers ?? []
  const isSaid = finalizers.includes(ORPHAN) || finalizers.includes(FOREGROUND)
  const propagation = asked ?? (orphansByDefault && !isSaid ? 'Orphan' : undefined)
  if (propagation === undefined) return [...finalizers]
  const others = finalizers.filter(one => one !== ORPHAN && one !== FOREGROUND)
  const wanted = propagation === 'Orphan' ? [ORPHAN] : propagation === 'Foreground' ? [FOREGROUND] : []
  // The same set keeps its order, so that a second deletion changes nothing.
  return wanted.every(one => finalizers.includes(one)) && finalizers.length === others.length + wanted.length
    ? [...finalizers]
    : [...others, ...wanted]
}
