/** RoleBinding: a role given to somebody in a namespace. */
import { field, list } from '#schema/vocabulary.ts'
import { RoleRef, Subject } from './binding.ts'
import { kind } from './group.ts'

export class RoleBinding extends kind({
  plural: 'rolebindings',
  scope: 'Namespaced',
  fields: {
    subjects: field(2, list(Subject, { listType: 'atomic' }), 'Who gets the role.'),
    roleRef: field(3, RoleRef, 'The role; it never changes.', { always: true }),
  },
}) {}
