/** POST: a new object. */
import { isRefusal, Refusal, refuse } from '#kinds/meta/refusal.ts'
import { Mismatch } from '#store/store.ts'
import type { Call } from '../call.ts'
import { type AnyObject, type Item, MadeItem } from '../resources/item.ts'
import { fillNew, generatedName, metaOf, settleNamespace } from '../resources/metadata.ts'
import { recordUpdate } from '../resources/ownership.ts'
import { check, prepareNew } from '../resources/strategy.ts'
import { objectResult, type Result } from '../result.ts'
import { mutate, reserve, settling, validate } from './admit.ts'
import { draftFrom } from './body.ts'
import { type WriteOptions, writeOptions } from './options.ts'

/** How often a generated name may be taken before the client is told to try again: upstream's maxNameGenerationCreateAttempts. */
const NAME_ATTEMPTS_MAX = 8

export async function create(call: Call): Promise<Result> {
  const options = writeOptions(call, 'CreateOptions')
  const draft = await draftFrom(call, call.resource.kind, options)
  settleNamespace(metaOf(draft), call.target.namespace)
  // Upstream's storage says so, which makes it a 500 there; it is the client's mistake.
  if (draft.metadata.resourceVersion) throw refuse.badRequest('resourceVersion should not be set on objects to be created')
  return objectResult(call.resource, await createObject(call, draft, options), 201)
}

/**
 * Stores a draft in the resource's version. Throws AlreadyExists, Invalid and what admission refuses.
 * `isApplied`: the draft already says who owns its fields.
 */
export async function createObject(call: Call, shown: AnyObject, options: WriteOptions & { readonly isApplied?: boolean }): Promise<Item> {
  const { serving, resource } = call
  const kind = resource.storedKind
  const draft = resource.stored(shown)
  const meta = metaOf(draft)
  const nowMs = serving.clock.now()
  const { dryRun, fieldManager } = options
  fillNew(meta, { nowMs, uid: serving.random.uuid(), hasGeneration: kind.options.bumpsGeneration !== undefined })
  // Before admission, as upstream: what plugins and the server itself add is nobody's, and objects of one template have owned fields alike.
  if (options.isApplied !== true) recordUpdate(kind, undefined, draft, { manager: fieldManager, nowMs, subresource: '' })
  const generatesName = !meta.name && Boolean(meta.generateName)
  const named: Call = { ...call, target: { ...call.target, name: meta.name ?? '' } }
  await mutate(named, { operation: 'CREATE', draft, dryRun })
  if (generatesName) meta.name = generatedName(meta.generateName as string, serving.random)
  prepareNew(kind, draft, { now: nowMs, user: call.user.name, identity: call.user, subresource: '' })
  const occurrence = { operation: 'CREATE', draft, dryRun } as const
  for (let attempt = 1; ; attempt++) {
    try {
      return await settling(async settlements => {
        await reserve(named, occurrence, settlements)
        check(kind, draft)
        for (const warning of kind.options.warnings?.(draft) ?? []) call.warn(warning)
        await validate(named, occurrence, settlements)
        return [await store(call, draft, dryRun), dryRun ? 'failed' : 'stored']
      })
    } catch (error) {
      if (!isRefusal(error, 'AlreadyExists') || !generatesName || attempt === NAME_ATTEMPTS_MAX) throw error
      meta.name = generatedName(meta.generateName as string, serving.random)
    }
  }
}

async function store({ resource }: Call, draft: AnyObject, dryRun: boolean): Promise<Item> {
  const { collection, about } = resource
  const { namespace = '', name = '' } = draft.metadata
  const present = dryRun ? await collection.get(namespace, name) : undefined
  if (present) throw alreadyExists(present.value, about)
  if (dryRun) return new MadeItem(collection.key(namespace, name), 0, draft)
  try {
    return await collection.put(draft, 0)
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw alreadyExists((await collection.get(namespace, name))?.value ?? draft, about)
  }
}
function alreadyExists({ metadata }: AnyObject, about: Call['resource']['about']): Refusal {
  const refusal = refuse.alreadyExists(about, metadata.name ?? '')
  if (!metadata.deletionTimestamp) return refusal
  return new Refusal(409, 'AlreadyExists', `object is being deleted: ${refusal.message}`, refusal.status.details)
}
