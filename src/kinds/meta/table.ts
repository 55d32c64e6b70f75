/** Table: objects as rows for people. */
import { int32, json, known, oneOf, rawExtension, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ListMeta } from './list-meta.ts'

export class TableColumnDefinition extends struct({
  name: field(0, string, 'Name.', { always: true }),
  type: field(0, string, 'Type.', { always: true }),
  format: field(0, string, 'Format.', { always: true }),
  description: field(0, string, 'Description.', { always: true }),
  priority: field(0, int32, 'Priority.', { always: true }),
}) {}

export class TableRowCondition extends struct({
  type: field(0, known('Completed'), 'Type.', { always: true }),
  status: field(0, oneOf('True', 'False', 'Unknown'), 'Status.', { always: true }),
  reason: field(0, string, 'Reason.'),
  message: field(0, string, 'Message.'),
}) {}

export class TableRow extends struct({
  cells: field(0, list(json, { listType: 'atomic' }), 'Cells.', { always: true }),
  conditions: field(0, list(TableRowCondition, { listType: 'atomic' }), 'Conditions.'),
  object: field(0, rawExtension, 'Object.'),
}) {}

export class Table extends struct({
  metadata: field(0, ListMeta, 'Metadata.', { written: true }),
  columnDefinitions: field(0, list(TableColumnDefinition, { listType: 'atomic' }), 'Column definitions.', { always: true }),
  rows: field(0, list(TableRow, { listType: 'atomic' }), 'Rows.', { always: true }),
}) {}
