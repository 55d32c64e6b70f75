/** Status: how a request ended, as the API tells it. */
import { int32, string } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ListMeta } from './list-meta.ts'

export class StatusCause extends struct({
  reason: field(1, string, 'A machine-readable cause.'),
  message: field(2, string, 'A sentence for people.'),
  field: field(3, string, 'The field that caused it, as a path from the root of the object.'),
}) {}

export class StatusDetails extends struct({
  name: field(1, string, 'Name of the object concerned.'),
  group: field(2, string, 'Its API group.'),
  kind: field(3, string, 'Its kind, or its resource.'),
  causes: field(4, list(StatusCause, { listType: 'atomic' }), 'Each single cause of a failure.'),
  retryAfterSeconds: field(5, int32, 'Seconds after which trying again makes sense.'),
  uid: field(6, string, 'UID of the object concerned.'),
}) {}

export class Status extends struct({
  metadata: field(1, ListMeta, 'Where a list stands in time; nearly always empty.', { written: true }),
  status: field(2, string, 'Success or Failure.'),
  message: field(3, string, 'A sentence for people.'),
  reason: field(4, string, 'A machine-readable reason of a failure.'),
  details: field(5, StatusDetails, 'What is known beyond the reason.'),
  code: field(6, int32, 'The HTTP status.'),
}) {}
