/** ControllerRevision: an unchangeable snapshot of a controller's template. */
import { age } from '#kinds/columns.ts'
import { controllerOf } from '#kinds/meta/owners.ts'
import { int64, rawExtension } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class ControllerRevision extends kind({
  plural: 'controllerrevisions',
  scope: 'Namespaced',
  fields: {
    data: field(2, rawExtension, 'The state that is kept.', { immutable: true }),
    revision: field(3, int64, 'The number of the revision.', { always: true, minimum: 0 }),
  },
  validate: ({ data }, at) => {
    if (data === undefined) at.key('data').required('data is mandatory')
  },
  columns: {
    Controller: ({ metadata }) => {
      const owner = controllerOf(metadata)
      if (!owner) return '<none>'
      const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : ''
      return `${(owner.kind + group).toLowerCase()}/${owner.name}`
    },
    Revision: ({ revision }) => revision,
    Age: age,
  },
}) {}
