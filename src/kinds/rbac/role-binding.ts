/** RoleBinding: ?file rbac/role-binding. */
import { field, list } from '#schema/vocabulary.ts'
import { RoleRef, Subject } from './binding.ts'
import { kind } from './group.ts'

export class RoleBinding extends kind({
  plural: 'rolebindings',
  scope: 'Namespaced',
  fields: {
    subjects: field(2, list(Subject, { listType: 'atomic' }), '?RoleBinding.subjects'),
    roleRef: field(3, RoleRef, '?RoleBinding.roleRef', { always: true }),
  },
}) {}
