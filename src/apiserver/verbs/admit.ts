/** Admission around a write: first plugins change the draft, and, when it is ready to be stored, they may refuse it. */
import type { Admission } from '../admit/admission.ts'
import type { Call } from '../call.ts'
import type { AnyObject } from '../resources/item.ts'

export interface Occurrence {
  readonly operation: Admission['operation']
  readonly draft?: AnyObject | undefined
  readonly before?: AnyObject | undefined
  readonly dryRun: boolean
}
const admission = ({ serving, target, user, resource, warn }: Call, occurrence: Occurrence): Admission => ({
  ...occurrence,
  draft: occurrence.draft,
  before: occurrence.before,
  target,
  user,
  kind: resource.storedKind,
  objects: serving.objects,
  now: serving.clock.now(),
  warn,
})

/** Throws Refusal. */
export async function mutate(call: Call, occurrence: Occurrence): Promise<void> {
  const request = admission(call, occurrence)
  for (const plugin of call.serving.admission) await plugin.mutate?.(request)
}
/** Throws Refusal. */
export async function validate(call: Call, occurrence: Occurrence): Promise<void> {
  const request = admission(call, occurrence)
  for (const plugin of call.serving.admission) await plugin.validate?.(request)
}
