/** The bootstrap roles and bindings as API objects, the aggregated ones filled with their union at once. */
import type { PolicyRule } from '../rules.ts'
import { bindings } from './bindings.ts'
import { controllerRoles } from './controller-roles.ts'
import { namespaceRoles } from './namespace-roles.ts'
import { systemRoles } from './system-roles.ts'
import { userRoles } from './user-roles.ts'
import type { BootstrapBinding, BootstrapRole } from './words.ts'

const RBAC = 'rbac.authorization.k8s.io'
const apiVersion = `${RBAC}/v1`
/** Set to "false" by those who want to keep their own version of a bootstrap object. */
export const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

export interface RoleObject {
  readonly apiVersion: string
  readonly kind: 'Role' | 'ClusterRole'
  readonly metadata: Metadata
  readonly rules: readonly PolicyRule[]
  readonly aggregationRule?: AggregationRule
}
interface AggregationRule {
  readonly clusterRoleSelectors?: readonly { readonly matchLabels?: Readonly<Record<string, string>> }[]
}
export interface Metadata {
  readonly name?: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}
export interface SubjectObject {
  readonly kind: string
  readonly apiGroup?: string
  readonly name: string
  readonly namespace?: string
}
export interface BindingObject {
  readonly apiVersion: string
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly metadata: Metadata
  readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string }
  readonly subjects?: readonly SubjectObject[]
}

const metadata = (of: {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
}): Metadata => ({
  name: of.name,
  ...(of.namespace && { namespace: of.namespace }),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...of.labels },
  annotations: { [AUTOUPDATE]: 'true' },
})

const clusterRoles = [...userRoles, ...systemRoles, ...controllerRoles]

/** The union of the roles that carry a label, in the order of their names, each rule once. */
function union(label: string): readonly PolicyRule[] {
  const parts = clusterRoles.filter(role => role.labels?.[label]).sort((a, b) => (a.name < b.name ? -1 : 1))
  const rules = parts.flatMap(role => (role.aggregates ? union(role.aggregates) : role.rules))
  return [...new Map(rules.map(rule => [JSON.stringify(rule), rule])).values()]
}
const roleObject = (role: BootstrapRole): RoleObject => ({
  apiVersion,
  kind: role.namespace ? 'Role' : 'ClusterRole',
  metadata: metadata(role),
  ...(role.aggregates && { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [role.aggregates]: 'true' } }] } }),
  rules: role.aggregates ? union(role.aggregates) : role.rules,
})
const bindingObject = (binding: BootstrapBinding): BindingObject => {
  const subjects = [
    ...(binding.users ?? []).map(name => ({ kind: 'User', apiGroup: RBAC, name })),
    ...(binding.groups ?? []).map(name => ({ kind: 'Group', apiGroup: RBAC, name })),
    ...(binding.serviceAccounts ?? []).map(account => {
      const [namespace = '', name = ''] = account.split('/')
      return { kind: 'ServiceAccount', name, namespace }
    }),
  ]
  return {
    apiVersion,
    kind: binding.namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: metadata(binding),
    roleRef: { apiGroup: RBAC, ...binding.role },
    ...(subjects.length && { subjects }),
  }
}

/** Cluster roles first, then the roles inside namespaces. */
export const bootstrapRoles = (): readonly RoleObject[] => [...clusterRoles, ...namespaceRoles].map(roleObject)
export const bootstrapBindings = (): readonly BindingObject[] => bindings.map(bindingObject)
