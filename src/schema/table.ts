/** Objects as the rows of a meta.k8s.io/v1 Table, from the printed columns that a kind declares. */
import { humanDuration } from '#base/human-duration.ts'
import { quote } from '#base/quote.ts'

/** What a table needs to know of a kind; every kind class fits. */
export interface TableKind {
  readonly options: { readonly columns?: Readonly<Record<string, TableColumn>> }
}
/** A column that is always shown, or one with more said about it. */
export type TableColumn =
  | TableCell
  | {
      readonly cell: TableCell
      /** Shown with `-o wide` only: priority 1. */
      readonly wide?: true
      /** Cells of type `date` hold RFC 3339 times and are shown as ages. */
      readonly type?: string
      readonly format?: string
      readonly doc?: string
    }
type TableCell = (object: never, now: number) => unknown

export interface TableOptions {
  /** Milliseconds since the epoch; ages count up to it. */
  readonly now: number
  /** What each row carries of its object (`includeObject` of the request); metadata when nothing is said. */
  readonly includeObject?: 'None' | 'Metadata' | 'Object'
  /** Whether the columns are known already. */
  readonly isContinued?: boolean
  /** Metadata of the list that is shown. */
  readonly metadata?: object
}
/** A Table as JSON. */
export interface Table {
  readonly kind: 'Table'
  readonly apiVersion: 'meta.k8s.io/v1'
  readonly metadata: object
  /** Null in a later piece of a watch: its columns are known. */
  readonly columnDefinitions: readonly ColumnDefinition[] | null
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object?: object }[]
}
export interface ColumnDefinition {
  readonly name: string
  readonly type: string
  readonly format: string
  readonly description: string
  readonly priority: number
}
interface Named {
  readonly metadata: { readonly name?: string; readonly creationTimestamp?: string }
}

/**
 * The table of some objects, their names first, unless the kind says itself where the name stands. Kinds without columns show when their objects were created, as upstream's default
 * convertor does.
 */
export function table(
  kind: TableKind,
  objects: readonly Named[],
  { now, includeObject = 'Metadata', isContinued = false, metadata = {} }: TableOptions,
): Table {
  const declared = kind.options.columns
  const columns = declared ? Object.entries(declared).map(column) : [CREATED_AT]
  const leading = declared && Object.hasOwn(declared, 'Name') ? [] : [NAME]
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: isContinued ? null : [...leading, ...columns.map(({ definition }) => definition)],
    rows: objects.map(object => ({
      cells: [...leading.map(() => object.metadata.name ?? ''), ...columns.map(({ cell }) => cell(object as never, now) ?? null)],
      ...(includeObject !== 'None' && { object: includeObject === 'Object' ? object : partial(object) }),
    })),
  }
}

const NAME: ColumnDefinition = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Unique within kind and namespace; cannot be changed.',
  priority: 0,
}
interface Shown {
  readonly definition: ColumnDefinition
  readonly cell: TableCell
}
const CREATED_AT: Shown = {
  definition: { name: 'Created At', type: 'date', format: '', description: 'When the object was created, set by the server.', priority: 0 },
  cell: ({ metadata }: Named) => metadata.creationTimestamp,
}

function column([name, declared]: readonly [string, TableColumn]): Shown {
  const options = typeof declared === 'function' ? { cell: declared } : declared
  const { cell, wide, type = 'string', format = '', doc = '' } = options
  return {
    definition: { name, type, format, description: doc, priority: wide ? 1 : 0 },
    cell: type === 'date' ? (object, now) => age(cell(object, now), now) : cell,
  }
}

/** How long ago a time was; upstream's words where there is none. */
function age(time: unknown, now: number): string {
  if (typeof time !== 'string' || !time) return '<unknown>'
  const at = Date.parse(time)
  return Number.isNaN(at) ? `<invalid: ${quote(time)}>` : humanDuration(now - at)
}

const partial = ({ metadata }: Named) => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })
