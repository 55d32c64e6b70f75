/** Who owns which fields of an object that is being written: metadata.managedFields (KEP-555). */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { JsonObject } from '#schema/json-value.ts'
import { trackUpdate } from '#schema/apply/update.ts'
import type { AnyObject } from './item.ts'
import { type MetaDraft, metaOf } from './metadata.ts'

export interface Author {
  readonly manager: string
  readonly nowMs: number
  readonly subresource: string
}
/** Sets the managed fields of `draft` to what they are after its author's change. */
export function recordUpdate(
  kind: AnyKind,
  before: AnyObject | undefined,
  draft: AnyObject,
  { manager, nowMs, subresource }: Author,
): void {
  const entries = trackUpdate({
    type: kind as never,
    apiVersion: kind.apiVersion,
    before: before as JsonObject | undefined,
    after: draft,
    manager,
    subresource,
    now: nowMs,
  })
  const meta = metaOf(draft)
  if (entries) meta.managedFields = entries as unknown as NonNullable<MetaDraft['managedFields']>
  else delete meta.managedFields
}
