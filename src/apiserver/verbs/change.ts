/** The change of one stored object, whatever asks for it: compose, admit, prepare, check, and put if nobody was quicker. */
import { refuse } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import { Mismatch } from '#store/store.ts'
import type { Call } from '../call.ts'
import { type AnyObject, type Item, MadeItem } from '../resources/item.ts'
import { metaOf } from '../resources/metadata.ts'
import { recordUpdate } from '../resources/ownership.ts'
import { check, prepareUpdate } from '../resources/strategy.ts'
import { mutate, reserve, type Settlements, settling, validate } from './admit.ts'
import type { WriteOptions } from './options.ts'

/** How often a change is composed anew because others were quicker, before the client hears of a conflict. */
const ATTEMPTS_MAX = 100

export interface Change extends Pick<WriteOptions, 'dryRun' | 'fieldManager'> {
  readonly namespace: string
  readonly name: string
  readonly subresource: string
  /** The wanted object in the resource's version; called again with the newer object when someone was quicker. Must not change `before`. */
  readonly compose: (before: AnyObject) => Promise<AnyObject> | AnyObject
  /** The draft already says who owns its fields. */
  readonly isApplied?: boolean
}

/** Gives the item as it stands after the change; undefined when there is no such object. Throws Conflict, Invalid and what admission refuses. */
export async function changeObject(call: Call, change: Change): Promise<Item | undefined> {
  const { resource } = call
  for (let attempt = 1; ; attempt++) {
    const current = await resource.collection.get(change.namespace, change.name)
    if (!current) return undefined
    const shown = await change.compose(resource.show(current).value)
    checkPreconditions(call, shown, current)
    try {
      return await settling(async settlements => {
        const next = await prepared(call, change, { current, shown, settlements })
        const item = await stored(call, change, { current, next })
        return [item, change.dryRun ? 'failed' : item !== current && isReleased(next, current.value) ? 'gone' : 'stored']
      })
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error
      // Whoever named the state that it saw hears of a conflict in the next round; everybody else is composed anew.
      if (attempt === ATTEMPTS_MAX) throw refuse.modified(resource.about, change.name)
    }
  }
}

/** Throws Conflict when the client named the state that it saw, and that is not the current one. */
function checkPreconditions({ resource }: Call, shown: AnyObject, current: Item): void {
  const { resourceVersion, uid, name = '' } = shown.metadata
  const stored = current.value.metadata
  if (uid && uid !== stored.uid)
    throw refuse.conflict(
      resource.about,
      stored.name ?? name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.uid}`,
    )
  if (!resourceVersion || resourceVersion === '0') return
  if (resourceVersion !== stored.resourceVersion) throw refuse.modified(resource.about, stored.name ?? name)
}

interface Composed {
  readonly current: Item
  readonly shown: AnyObject
  readonly settlements: Settlements
}
async function prepared(call: Call, change: Change, { current, shown, settlements }: Composed): Promise<AnyObject> {
  const { resource, serving, user } = call
  const { dryRun, subresource, fieldManager } = change
  const kind = resource.storedKind
  const before = current.value
  const sent = resource.stored(shown)
  const meta = metaOf(sent)
  if (!meta.resourceVersion || meta.resourceVersion === '0') meta.resourceVersion = before.metadata.resourceVersion as string
  await mutate(call, { operation: 'UPDATE', draft: sent, before, dryRun })
  const nowMs = serving.clock.now()
  const occasion = { now: nowMs, user: user.name, subresource }
  const next = prepareUpdate(kind, sent, { before, occasion })
  if (!change.isApplied) recordUpdate(kind, before, next, { manager: fieldManager, nowMs, subresource })
  await reserve(call, { operation: 'UPDATE', draft: next, before, dryRun }, settlements)
  check(kind, next, { before, occasion })
  for (const warning of kind.options.warnings?.(next, before) ?? []) call.warn(warning)
  await validate(call, { operation: 'UPDATE', draft: next, before, dryRun }, settlements)
  return next
}

interface Outcome {
  readonly current: Item
  readonly next: AnyObject
}
async function stored({ resource }: Call, { dryRun }: Change, { current, next }: Outcome): Promise<Item> {
  const { collection } = resource
  if (isEqual(next, current.value)) return current
  if (!dryRun && !isReleased(next, current.value)) return await collection.put(next, current.revision)
  const item = new MadeItem(current.key, current.revision, next)
  if (!dryRun) await collection.delete(item)
  return item
}

/** A deletion waits for finalizers and for the grace period; with the last of them gone, the object goes too. */
const isReleased = ({ metadata, spec, kind, apiVersion }: AnyObject, before: AnyObject): boolean =>
  Boolean(before.metadata.deletionTimestamp) &&
  !before.metadata.deletionGracePeriodSeconds &&
  !metadata.finalizers?.length &&
  !(kind === 'Namespace' && apiVersion === 'v1' && spec?.finalizers?.length)

export const notFoundUnless = <T>(found: T | undefined, { resource, target }: Call): T => {
  if (found === undefined) throw refuse.notFound(resource.about, target.name)
  return found
}
