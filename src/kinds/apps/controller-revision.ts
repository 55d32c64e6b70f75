/** ControllerRevision: an unchangeable snapshot of a controller's template */
import { int64, rawExtension } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class ControllerRevision extends kind({
  plural: 'controllerrevisions',
  scope: 'Namespaced',
  fields: {
    data: field(2, rawExtension, 'The state that is kept.'),
    revision: field(3, int64, 'The number of the revision.', { always: true }),
  },
}) {}
