/** Roles and bindings give nobody more than their author holds. Upstream checks this in the storage of these kinds. */
import type { ClusterRole } from '#kinds/rbac/cluster-role.ts'
import type { RoleBinding } from '#kinds/rbac/role-binding.ts'
import { isEqual } from '#schema/json-value.ts'
import type { AuthorizerOf } from '../authorize/authorizer.ts'
import { confirmBinding, confirmRole, type Escalation, RBAC } from '../authorize/escalation.ts'
import { policiesOf } from '../authorize/policies.ts'
import type { Admission, AdmissionPlugin } from './admission.ts'

export const rbacEscalation = (authorizerOf: AuthorizerOf): AdmissionPlugin => ({
  name: 'RBACEscalation',
  concerns: ({ target, operation }) => target.group === RBAC && !target.subresource && (operation === 'CREATE' || operation === 'UPDATE'),
  async validate(admission) {
    if (isForCollection(admission)) return
    const { target, user, objects } = admission
    const by: Escalation = { user, namespace: target.namespace, policies: policiesOf(objects), authorizer: authorizerOf(objects) }
    const { name = '' } = admission.draft.metadata as { name?: string }
    switch (target.resource) {
      case 'roles':
      case 'clusterroles': {
        const role = admission.draft as ClusterRole
        const before = admission.before as ClusterRole | undefined
        const isAggregated = role.aggregationRule !== undefined || before?.aggregationRule !== undefined
        return confirmRole(by, { resource: target.resource, name, rules: role.rules ?? [], isAggregated })
      }
      case 'rolebindings':
      case 'clusterrolebindings':
        return confirmBinding(by, { resource: target.resource, name, roleRef: (admission.draft as RoleBinding).roleRef })
      default:
        return undefined
    }
  },
})

/** An update of nothing but owners and finalizers is the garbage collector's, who holds no rights itself. */
function isForCollection({ draft, before }: Admission): boolean {
  if (!before) return false
  const rest = ({ metadata, ...others }: { readonly metadata: object }) => ({
    ...others,
    metadata: { ...metadata, ownerReferences: [], finalizers: [], managedFields: [] },
  })
  return isEqual(rest(draft), rest(before))
}
