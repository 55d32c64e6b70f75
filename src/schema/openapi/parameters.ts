/** The parameters of operations, in the neutral form from which both dialects are written. */
import { type Field, shapeOf, type Type } from '../vocabulary.ts'
import { structOf } from './definitions.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly type: 'string' | 'integer' | 'boolean'
  readonly description: string
}
const query = (name: string, type: Parameter['type'], description: string): Parameter => ({ name, in: 'query', type, description })
const path = (name: string, description: string): Parameter => ({ name, in: 'path', type: 'string', description })

export const PRETTY = query('pretty', 'string', 'Whether the answer is to be indented; by default only for browsers and curl.')
export const NAMESPACE = path('namespace', 'The namespace that holds the object.')
export const PATH = path('path', 'What follows, given on to the target.')
export const nameOf = (kind: string) => path('name', `The name of the object: ${kind}.`)

/** kubectl looks for this one and fieldValidation by name, to know what the server can do. */
const DRY_RUN = query('dryRun', 'string', 'All: every stage runs, nothing is stored.')
const FIELD_MANAGER = query('fieldManager', 'string', 'Who is to own the fields that this request changes; required for apply.')
const FIELD_VALIDATION = query('fieldValidation', 'string', 'What unknown and repeated fields lead to: Ignore, Warn or Strict.')
const FORCE = query('force', 'boolean', 'Whether apply takes fields that others own.')
export const WRITE: readonly Parameter[] = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION]
export const PATCHING: readonly Parameter[] = [...WRITE, FORCE]

export const DELETION: readonly Parameter[] = [
  DRY_RUN,
  query('gracePeriodSeconds', 'integer', 'Seconds that the object may take to end; 0 deletes at once.'),
  query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean', 'Whether an object that cannot be read is deleted all the same.'),
  query('orphanDependents', 'boolean', 'Whether dependents stay; propagationPolicy is the newer word.'),
  query('propagationPolicy', 'string', 'What happens to dependents: Orphan, Background or Foreground.'),
]
const SELECTION: readonly Parameter[] = [
  query('continue', 'string', 'Token of the page before, with which the list goes on.'),
  query('fieldSelector', 'string', 'Only objects whose fields have these values.'),
  query('labelSelector', 'string', 'Only objects with these labels.'),
  query('limit', 'integer', 'At most so many objects in one answer.'),
  query('resourceVersion', 'string', 'The version that the answer must at least, or exactly, have.'),
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'Whether a watch begins with all that exists.'),
  query('timeoutSeconds', 'integer', 'After so many seconds the answer ends.'),
]
export const LISTING: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', 'Whether a watch may tell of progress without a change.'),
  ...SELECTION,
  query('watch', 'boolean', 'Whether changes follow as a stream, instead of a list.'),
]
export const COLLECTION_DELETION: readonly Parameter[] = [...SELECTION, ...DELETION]

/** The fields of an options type, as query parameters. */
export function parametersOf(type: Type<unknown>): Parameter[] {
  return Object.entries<Field<unknown, boolean>>(structOf(type).fields).map(([name, field]) =>
    query(name, parameterType(field.type), field.doc),
  )
}
function parameterType(type: Type<unknown>): Parameter['type'] {
  const shape = shapeOf(type)
  // Lists are parameters that may be repeated.
  if (shape.form === 'list') return parameterType(shape.of)
  if (shape.form !== 'scalar') return 'string'
  if (shape.name === 'bool') return 'boolean'
  return shape.name === 'int32' || shape.name === 'int64' ? 'integer' : 'string'
}
