/** Which objects a list or watch selects: by labels, by fields, by name. */
import { quote } from '#base/quote.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { matchesLabels, SelectorError } from '#schema/select.ts'
import { exactField, type FieldSelection, parseFieldSelector } from '#schema/select-fields.ts'
import { parseLabelSelector } from '#schema/select-parse.ts'
import type { Call } from '../call.ts'
import type { AnyObject, Item } from '../resources/item.ts'

export interface Selection {
  /** Nothing is left out, so nothing needs to be looked at. */
  readonly isEverything: boolean
  matches(item: Item): boolean
}

/** Throws BadRequest for selectors that cannot be read or that name fields by which the kind cannot be selected. */
export function selectionOf({ incoming, resource, target }: Call): Selection {
  const labels = reading(() => parseLabelSelector(incoming.query.get('labelSelector') ?? ''))
  const fields = reading(() => parseFieldSelector(incoming.query.get('fieldSelector') ?? ''))
  // A deprecated watch path names the object itself.
  const wanted =
    target.name && exactField(fields, 'metadata.name') === undefined
      ? [...fields, { field: 'metadata.name', isEqual: true, value: target.name }]
      : fields
  const read = readersOf(resource.kind, wanted)
  const name = exactField(wanted, 'metadata.name')
  // The key tells the name, so that objects of other names need not be parsed.
  const ending = name === undefined ? '' : `/${name}`
  const isUnlabelled = labels.requirements.length === 0 && !labels.isNothing
  return {
    isEverything: isUnlabelled && wanted.length === 0,
    matches: item =>
      (ending === '' || item.key.endsWith(ending)) &&
      (isUnlabelled || matchesLabels(labels, item.value.metadata.labels)) &&
      wanted.every(({ isEqual, value }, index) => (read[index]?.(item.value) === value) === isEqual),
  }
}

type Reader = (object: AnyObject) => string
const METADATA: Readonly<Record<string, Reader>> = {
  'metadata.name': ({ metadata }) => metadata.name ?? '',
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
}
function readersOf(kind: AnyKind, selection: FieldSelection): readonly Reader[] {
  const selectable = kind.options.selectable as Readonly<Record<string, Reader>> | undefined
  return selection.map(({ field }) => {
    if (Object.hasOwn(METADATA, field)) return METADATA[field] as Reader
    if (selectable && Object.hasOwn(selectable, field)) return selectable[field] as Reader
    if (selectable) throw refuse.badRequest(`field label not supported: ${field}`)
    throw refuse.badRequest(`${quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`)
  })
}
function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error
    throw refuse.badRequest(error.message)
  }
}
