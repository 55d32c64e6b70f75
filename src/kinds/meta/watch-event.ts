/** WatchEvent: one line of a watch. */
import { known, rawExtension } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class WatchEvent extends struct({
  type: field(1, known('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'), 'What happened to the object.', { always: true }),
  object: field(2, rawExtension, 'The object after the event, its last state when it was deleted, or a Status for an error.', {
    always: true,
  }),
}) {}
