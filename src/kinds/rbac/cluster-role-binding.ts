/** ClusterRoleBinding: ?file rbac/cluster-role-binding. */
import { field, list } from '#schema/vocabulary.ts'
import { RoleRef, Subject } from './binding.ts'
import { kind } from './group.ts'

export class ClusterRoleBinding extends kind({
  plural: 'clusterrolebindings',
  scope: 'Cluster',
  fields: {
    subjects: field(2, list(Subject, { listType: 'atomic' }), '?ClusterRoleBinding.subjects'),
    roleRef: field(3, RoleRef, '?ClusterRoleBinding.roleRef', { always: true }),
  },
}) {}
