/** RoleRef: which role is given, and to whom. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Subject extends struct({
  kind: field(1, string, 'User, Group or ServiceAccount.', { required: true }),
  apiGroup: field(2, string, 'Empty for service accounts, rbac.authorization.k8s.io for users and groups.'),
  name: field(3, string, 'Name of the subject.', { required: true }),
  namespace: field(4, string, 'Namespace of a service account.'),
}) {}

export class RoleRef extends struct({
  apiGroup: field(1, string, 'API group of the role.', { written: true }),
  kind: field(2, string, 'Role or ClusterRole.', { required: true }),
  name: field(3, string, 'Name of the role.', { required: true }),
}) {}
