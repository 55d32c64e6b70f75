/** The roles and bindings that are stored, as RBAC reads them. */
import { ClusterRole } from '#kinds/rbac/cluster-role.ts'
import { ClusterRoleBinding } from '#kinds/rbac/cluster-role-binding.ts'
import { Role } from '#kinds/rbac/role.ts'
import { RoleBinding } from '#kinds/rbac/role-binding.ts'
import type { Objects } from '../resources/objects.ts'
import type { Policies } from './rbac.ts'

export const policiesOf = (objects: Objects): Policies => ({
  clusterRoleBindings: () => objects.list(ClusterRoleBinding),
  roleBindings: namespace => objects.list(RoleBinding, namespace),
  clusterRole: name => objects.get(ClusterRole, { name }),
  role: (namespace, name) => objects.get(Role, { namespace, name }),
})
