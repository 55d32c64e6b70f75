/** PATCH: json, merge, strategic merge and apply, each made into the whole object that an update would send. */
import type { AnyKind } from '#kinds/catalogue.ts'
import { Refusal, refuse } from '#kinds/meta/refusal.ts'
import { jsonPatch } from '#schema/json-patch.ts'
import { mergePatch } from '#schema/merge-patch.ts'
import { PatchFailure } from '#schema/patch-failure.ts'
import { strategicMerge } from '#schema/strategic-merge.ts'
import type { Call } from '../call.ts'
import { contentType, readPatch } from '../negotiate/content-type.ts'
import type { AnyObject } from '../resources/item.ts'
import { objectResult, type Result } from '../result.ts'
import { applyPatch } from './apply.ts'
import { draftOf } from './body.ts'
import { changeObject, notFoundUnless } from './change.ts'
import { writeOptions } from './options.ts'
import { checkIdentity } from './update.ts'

export const APPLY_TYPE = 'application/apply-patch+yaml'
/** Leaves the object as it is; what the patch does not touch may be shared with it. */
type Patching = (current: AnyObject, patch: unknown, kind: AnyKind) => unknown
const STRATEGIC_TYPE = 'application/strategic-merge-patch+json'
const PATCHINGS: Readonly<Record<string, Patching>> = {
  'application/json-patch+json': (current, patch) => jsonPatch(current, patch),
  'application/merge-patch+json': (current, patch) => mergePatch(current, patch),
  [STRATEGIC_TYPE]: (current, patch, kind) => strategicMerge(kind as never, current, patch),
}
const ACCEPTED = [...Object.keys(PATCHINGS), APPLY_TYPE]

export async function patch(call: Call): Promise<Result> {
  if (contentType(call.incoming) === APPLY_TYPE) return await applyPatch(call)
  const patched = await patchingOf(call, call.resource.kind)
  const options = writeOptions(call, 'PatchOptions')
  const { namespace, name, subresource } = call.target
  const compose = (before: AnyObject) => {
    const draft = draftOf(call, call.resource.kind, { value: patched(before), fieldValidation: options.fieldValidation })
    checkIdentity(call, draft)
    return draft
  }
  const item = await changeObject(call, { ...options, namespace, name, subresource, compose })
  return objectResult(call.resource, notFoundUnless(item, call))
}

/** The request's patch as a function of the object, which is left as it is. Throws UnsupportedMediaType. */
export async function patchingOf(call: Call, kind: AnyKind): Promise<(current: AnyObject) => unknown> {
  const type = contentType(call.incoming)
  // Custom resources declare no merge keys; their scale is of a kind that does.
  const accepted = call.resource.isCustom && kind === call.resource.kind ? ACCEPTED.filter(one => one !== STRATEGIC_TYPE) : ACCEPTED
  const patching = accepted.includes(type) ? PATCHINGS[type] : undefined
  if (!patching) throw refuse.unsupportedMediaType(accepted)
  const wanted = await readPatch(call.incoming)
  return current => {
    try {
      return patching(current, wanted, kind)
    } catch (error) {
      if (!(error instanceof PatchFailure)) throw error
      throw refusalOf(error)
    }
  }
}
/** Why a patch does not apply, upstream tells nobody: clients print their own sentence when there are causes. */
function refusalOf({ status, message }: PatchFailure): Refusal {
  switch (status) {
    case 400:
    // Upstream takes these mistakes of the client for its own.
    case 500:
      return refuse.badRequest(message)
    case 413:
      return refuse.tooLarge(message)
    case 422:
      return new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
  }
}
