/** The metadata that the server keeps: what it sets on new objects and what an update cannot change. Source: upstream's rest.BeforeCreate and BeforeUpdate. */
import { timestamp } from '#base/clock.ts'
import type { Random } from '#base/random.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { AnyObject } from './item.ts'

export type MetaDraft = Draft<ObjectMeta>
export const metaOf = (draft: AnyObject): MetaDraft => draft.metadata as MetaDraft

/** No vowels and no characters that look like others, so that no word and no confusion comes about. */
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const RANDOM_LETTERS = 5
/** Longest generated name: it must still fit a label. */
const GENERATED_MAX = 63

export function generatedName(prefix: string, random: Random): string {
  const letters = Array.from({ length: RANDOM_LETTERS }, () => NAME_LETTERS[random.integer(NAME_LETTERS.length)])
  return prefix.slice(0, GENERATED_MAX - RANDOM_LETTERS) + letters.join('')
}

/** The namespace of the path goes into the object, or must equal the one that is there. Throws BadRequest. */
export function settleNamespace(meta: MetaDraft, requested: string): void {
  if (meta.namespace && requested && meta.namespace !== requested)
    throw refuse.badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (requested) meta.namespace = requested
  else delete meta.namespace
}

/** What only the server sets, on a new object. A name is made separately. */
export function fillNew(meta: MetaDraft, { nowMs, uid, hasGeneration }: { nowMs: number; uid: string; hasGeneration: boolean }): void {
  delete meta.deletionTimestamp
  delete meta.deletionGracePeriodSeconds
  delete meta.selfLink
  delete meta.resourceVersion
  meta.uid = uid
  meta.creationTimestamp = timestamp(nowMs)
  if (hasGeneration) meta.generation = 1
  else delete meta.generation
}

/** What an update takes over from the stored object, whatever was sent. */
export function keepStored(meta: MetaDraft, before: ObjectMeta): void {
  meta.creationTimestamp = before.creationTimestamp
  copy(meta, before, 'generation')
  copy(meta, before, 'selfLink')
  if (!meta.uid) copy(meta, before, 'uid')
  // A deletion that has begun can be neither taken back nor begun by an update.
  copy(meta, before, 'deletionTimestamp')
  copy(meta, before, 'deletionGracePeriodSeconds')
}
function copy<K extends keyof MetaDraft>(meta: MetaDraft, before: ObjectMeta, name: K): void {
  if (before[name] === undefined) delete meta[name]
  else meta[name] = before[name] as MetaDraft[K]
}
