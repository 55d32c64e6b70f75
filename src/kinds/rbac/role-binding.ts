/** RoleBinding: a role given to somebody in a namespace. */
import { age } from '#kinds/columns.ts'
import { isPathSegmentName } from '#kinds/meta/names.ts'
import { field, list } from '#schema/vocabulary.ts'
import { checkBinding, checkRoleRefUpdate, RoleRef, Subject, subjectNames } from './binding.ts'
import { kind } from './group.ts'

export class RoleBinding extends kind({
  plural: 'rolebindings',
  scope: 'Namespaced',
  fields: {
    subjects: field(2, list(Subject, { listType: 'atomic' }), 'Who gets the role.'),
    roleRef: field(3, RoleRef, 'The role; it never changes.', { always: true }),
  },
  nameCheck: isPathSegmentName,
  validate: (binding, at, before) => {
    checkBinding(binding, at, ['Role', 'ClusterRole'])
    checkRoleRefUpdate(binding, before, at)
  },
  columns: {
    Role: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`,
    Age: age,
    Users: { wide: true, cell: binding => subjectNames(binding, 'User') },
    Groups: { wide: true, cell: binding => subjectNames(binding, 'Group') },
    ServiceAccounts: { wide: true, cell: binding => subjectNames(binding, 'ServiceAccount') },
  },
}) {}
