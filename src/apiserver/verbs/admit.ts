/** Admission around a write: first plugins change the draft, and, when it is ready to be stored, they may refuse it. */
import type { Admission, AdmissionPlugin, Ending, Settlement } from '../admit/admission.ts'
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

/** Of dozens of plugins a few; to wait for the others would cost a write more than the work of these. */
const concerned = ({ serving }: Call, request: Admission): readonly AdmissionPlugin[] =>
  serving.admission.filter(plugin => plugin.concerns?.(request) !== false)

/** Throws Refusal. */
export async function mutate(call: Call, occurrence: Occurrence): Promise<void> {
  const request = admission(call, occurrence)
  for (const plugin of concerned(call, request)) {
    const mutating = plugin.mutate?.(request)
    if (mutating) await mutating
  }
}
/** Before a draft is checked: what is scarce is taken. Throws Refusal. */
export async function reserve(call: Call, occurrence: Occurrence, settlements: Settlements): Promise<void> {
  const request = admission(call, occurrence)
  for (const plugin of concerned(call, request)) {
    const reserving = plugin.reserve?.(request)
    if (reserving) settlements.add(await reserving)
  }
}
/** Throws Refusal. Where no settlements are given, nothing is written that plugins have to hear of. */
export async function validate(call: Call, occurrence: Occurrence, settlements?: Settlements): Promise<void> {
  const request = admission(call, occurrence)
  for (const plugin of concerned(call, request)) {
    const validating = plugin.validate?.(request)
    const settlement = validating && (await validating)
    if (settlement) settlements?.add(settlement)
  }
}

/** Those who want to hear how a write ends. */
export class Settlements {
  readonly #all: Settlement[] = []
  add(settlement: Settlement | undefined): void {
    if (settlement) this.#all.unshift(settlement)
  }
  /** The last one first, each although another fails. */
  async tell(ending: Ending): Promise<void> {
    if (this.#all.length === 0) return
    const results = await Promise.allSettled(this.#all.map(settlement => settlement(ending)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}
/** Runs a write, which gives its result and how it ended, and tells those who asked for it. */
export async function settling<T>(write: (settlements: Settlements) => Promise<readonly [T, Ending]>): Promise<T> {
  const settlements = new Settlements()
  const [result, ending] = await write(settlements).catch(async (error: unknown) => {
    await settlements.tell('failed')
    throw error
  })
  await settlements.tell(ending)
  return result
}
