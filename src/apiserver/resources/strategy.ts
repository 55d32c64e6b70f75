/** What becomes of a draft before it is stored, read from its kind's declaration: initial state, kept fields, generation, and whether it is valid. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { Occasion } from '#kinds/declare.ts'
import { validateMetadata, validateMetadataUpdate } from '#kinds/meta/metadata-rules.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { decode } from '#schema/decode.ts'
import { isEqual } from '#schema/json-value.ts'
import { pathAt } from '#schema/path.ts'
import { problems } from '#schema/validate.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { focused } from './focus.ts'
import type { AnyObject } from './item.ts'
import { keepStored, metaOf } from './metadata.ts'

/** Kinds that bring their status with them: a kubelet registers its node with the node's state. */
const BRINGS_STATUS = new Set(['/Node'])

/** The initial state of a new object. */
export function prepareNew(kind: AnyKind, draft: AnyObject, occasion: Occasion): void {
  if (kind.options.subresources?.status && !BRINGS_STATUS.has(`${kind.group}/${kind.name}`)) clearStatus(kind, draft)
  kind.options.onCreate?.(draft as Draft<AnyObject>, occasion)
}
function clearStatus(kind: AnyKind, draft: AnyObject): void {
  const field = kind.fields['status']
  if (field?.rules.written || field?.rules.always) draft['status'] = decode(field.type as never, {}).value
  else delete draft['status']
}

/** The object that an update leaves: what the subresource may not write is as it was, and the generation counts. */
export function prepareUpdate(kind: AnyKind, sent: AnyObject, { before, occasion }: { before: AnyObject; occasion: Occasion }): AnyObject {
  const draft = focused(kind, { sent, before, subresource: occasion.subresource })
  keepStored(metaOf(draft), before.metadata)
  kind.options.onUpdate?.(draft as Draft<AnyObject>, before, occasion)
  const bumps = kind.options.bumpsGeneration
  // A status, and what is noted along with it, is no change of what is wanted.
  if (occasion.subresource !== 'status' && bumps?.some(path => !isEqual(fieldAt(draft, path), fieldAt(before, path))))
    metaOf(draft).generation = (before.metadata.generation ?? 0) + 1
  return draft
}

/** The field at a path such as `metadata.annotations`. */
const fieldAt = (object: AnyObject, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], object)

/** Throws Invalid with every breach. `update` is given on updates. */
export function check(kind: AnyKind, object: AnyObject, update?: { readonly before: AnyObject; readonly occasion: Occasion }): void {
  const at = pathAt()
  const { nameCheck, scope, validateUpdate } = kind.options
  const before = update?.before
  if (before) validateMetadataUpdate(object.metadata, before.metadata, at.key('metadata'))
  else validateMetadata(object.metadata, at.key('metadata'), { namespaced: scope === 'Namespaced', ...(nameCheck && { nameCheck }) })
  const later = pathAt()
  if (update) validateUpdate?.(object, later, update)
  const found = [...at.problems, ...problems(kind as never, object as never, before as never), ...later.problems]
  if (found.length)
    throw refuse.invalid({ group: kind.group, resource: kind.options.plural, kind: kind.name }, object.metadata.name ?? '', found)
}
