/** Who owns which fields of an object that is being written: metadata.managedFields (KEP-555). */
import type { AnyKind } from '#kinds/catalogue.ts'
import { type FieldSet, fieldSet } from '#schema/apply/field-set.ts'
import type { JsonObject } from '#schema/json-value.ts'
import { trackUpdate } from '#schema/apply/update.ts'
import type { AnyObject } from './item.ts'
import { type MetaDraft, metaOf } from './metadata.ts'

export interface Author {
  readonly manager: string
  readonly nowMs: number
  readonly subresource: string
}
/** What a request to the object itself cannot set, and so never comes to own: the status, where that is written by itself. */
export const resetFields = (kind: AnyKind, subresource: string): FieldSet | undefined =>
  !subresource && kind.options.subresources?.status ? STATUS : undefined
const STATUS = fieldSet('status')

/** Sets the managed fields of `draft` to what they are after its author's change. */
export function recordUpdate(
  kind: AnyKind,
  before: AnyObject | undefined,
  draft: AnyObject,
  { manager, nowMs, subresource }: Author,
): void {
  // An update has the status that is there already.
  const reset = before ? undefined : resetFields(kind, subresource)
  const entries = trackUpdate({
    type: kind as never,
    apiVersion: kind.apiVersion,
    before: before as JsonObject | undefined,
    after: draft,
    manager,
    subresource,
    now: nowMs,
    ...(reset && { reset }),
  })
  const meta = metaOf(draft)
  if (entries) meta.managedFields = entries as unknown as NonNullable<MetaDraft['managedFields']>
  else delete meta.managedFields
}
