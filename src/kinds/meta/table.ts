/** Table: objects as rows for people. */
import { int32, json, known, oneOf, rawExtension, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ListMeta } from './list-meta.ts'

export class TableColumnDefinition extends struct({
  name: field(0, string, 'Heading of the column.', { always: true }),
  type: field(0, string, 'JSON type of its cells.', { always: true }),
  format: field(0, string, 'More about the type, such as name or date.', { always: true }),
  description: field(0, string, 'What the column shows.', { always: true }),
  priority: field(0, int32, '0 for columns that are always shown; higher ones show when there is room.', { always: true }),
}) {}

export class TableRowCondition extends struct({
  type: field(0, known('Completed'), 'What the condition is about; only Completed.', { always: true }),
  status: field(0, oneOf('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  reason: field(0, string, 'One word in CamelCase, for machines, saying why.'),
  message: field(0, string, 'A sentence for people.'),
}) {}

export class TableRow extends struct({
  cells: field(0, list(json, { listType: 'atomic' }), 'One value per column.', { always: true }),
  conditions: field(0, list(TableRowCondition, { listType: 'atomic' }), "What is known about the row's object."),
  object: field(0, rawExtension, 'The object, or its metadata, as it was asked for.'),
}) {}

export class Table extends struct({
  metadata: field(0, ListMeta, 'Where the list stands in time.', { written: true }),
  columnDefinitions: field(0, list(TableColumnDefinition, { listType: 'atomic' }), 'The columns.', { always: true }),
  rows: field(0, list(TableRow, { listType: 'atomic' }), 'The rows.', { always: true }),
}) {}
