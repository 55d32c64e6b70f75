/** The resourceVersion of reads as a number. Source: API concepts, "Resource versions". */
import { quote } from '#base/quote.ts'
import { refuse } from '#kinds/meta/refusal.ts'

/** Undefined when it is not set. Throws BadRequest with upstream's words. */
export function revisionOf(resourceVersion: string | null): number | undefined {
  if (resourceVersion === null || resourceVersion === '') return undefined
  const revision = Number(resourceVersion)
  if (/^\d+$/.test(resourceVersion) && Number.isSafeInteger(revision)) return revision
  const text = quote(resourceVersion)
  throw refuse.badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`,
  )
}
