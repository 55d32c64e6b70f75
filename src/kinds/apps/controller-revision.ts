/** ControllerRevision: ?file apps/controller-revision. */
import { int64, rawExtension } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class ControllerRevision extends kind({
  plural: 'controllerrevisions',
  scope: 'Namespaced',
  fields: {
    data: field(2, rawExtension, '?ControllerRevision.data'),
    revision: field(3, int64, '?ControllerRevision.revision', { always: true }),
  },
}) {}
