/** ClusterRoleBinding: a role given to somebody everywhere. */
import { field, list } from '#schema/vocabulary.ts'
import { RoleRef, Subject } from './binding.ts'
import { kind } from './group.ts'

export class ClusterRoleBinding extends kind({
  plural: 'clusterrolebindings',
  scope: 'Cluster',
  fields: {
    subjects: field(2, list(Subject, { listType: 'atomic' }), 'Who gets the role.'),
    roleRef: field(3, RoleRef, 'The role; it never changes.', { always: true }),
  },
}) {}
