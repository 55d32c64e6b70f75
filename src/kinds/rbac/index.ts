/** The kinds of rbac.authorization.k8s.io/v1. */
import { ClusterRole } from './cluster-role.ts'
import { ClusterRoleBinding } from './cluster-role-binding.ts'
import { Role } from './role.ts'
import { RoleBinding } from './role-binding.ts'

export const kinds = [ClusterRoleBinding, ClusterRole, RoleBinding, Role] as const
