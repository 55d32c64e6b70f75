/** Nobody grants through RBAC what they do not hold themselves, unless they may `escalate` or `bind`. Upstream: pkg/registry/rbac. */
import { type About, refuse } from '#kinds/meta/refusal.ts'
import type { User } from '../request.ts'
import type { Authorizer } from './authorizer.ts'
import { MASTERS } from './masters.ts'
import { type Policies, type RoleRef, rulesFor, rulesOf } from './rbac.ts'
import { compact, type PolicyRule, quoted, ruleText, uncovered } from './rules.ts'

export const RBAC = 'rbac.authorization.k8s.io'
/** The rules of cluster-admin: who aggregates roles may end up with all of them. */
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

export interface Escalation {
  readonly user: User
  readonly namespace: string
  readonly policies: Policies
  readonly authorizer: Authorizer
}
/** The text of what is missing, or undefined when the user holds all of `rules`. */
async function escalates(
  by: Pick<Escalation, 'user' | 'namespace' | 'policies'>,
  rules: readonly PolicyRule[],
): Promise<string | undefined> {
  const { rules: held, missing } = await rulesFor(by.policies, by.user, by.namespace)
  const wanting = compact(uncovered(held, rules)).map(ruleText)
  if (!wanting.length) return undefined
  const lines = [...new Set(wanting)].sort().join('\n')
  const text = `user ${JSON.stringify(by.user.name)} (groups=${quoted(by.user.groups)}) is attempting to grant RBAC permissions not currently held:\n${lines}`
  return missing.length ? `${text}; resolution errors: [${missing.length > 1 ? `[${missing.join(', ')}]` : missing[0]}]` : text
}

interface RoleWrite {
  readonly resource: 'roles' | 'clusterroles'
  readonly name: string
  readonly rules: readonly PolicyRule[]
  /** Whether the role is, or was before, the union of others. */
  readonly isAggregated: boolean
}
/** Throws Forbidden when the user may not give a role these rules. */
export async function confirmRole(by: Escalation, role: RoleWrite): Promise<void> {
  if (by.user.groups.includes(MASTERS)) return
  const about: About = { group: RBAC, resource: role.resource }
  if (await isAllowed(by, { verb: 'escalate', resource: role.resource, name: role.name })) return
  const missing = await escalates(by, role.rules ?? [])
  if (missing) throw refuse.forbidden(about, role.name, missing)
  if (role.isAggregated && (await escalates(by, EVERYTHING)))
    throw refuse.forbidden(about, role.name, 'must have cluster-admin privileges to use the aggregationRule')
}

interface BindingWrite {
  readonly resource: 'rolebindings' | 'clusterrolebindings'
  readonly name: string
  readonly roleRef: RoleRef
}
/** Throws Forbidden when the user may not bind this role, NotFound when there is no such role. */
export async function confirmBinding(by: Escalation, binding: BindingWrite): Promise<void> {
  if (by.user.groups.includes(MASTERS)) return
  const { roleRef } = binding
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
  if (await isAllowed(by, { verb: 'bind', resource, name: roleRef.name })) return
  const rules = await rulesOf(by.policies, roleRef, by.namespace)
  if (!rules) throw refuse.notFound({ group: RBAC, resource }, roleRef.name)
  const missing = await escalates(by, rules)
  if (missing) throw refuse.forbidden({ group: RBAC, resource: binding.resource }, binding.name, missing)
}

async function isAllowed(
  by: Escalation,
  ask: { readonly verb: string; readonly resource: string; readonly name: string },
): Promise<boolean> {
  const verdict = await by.authorizer.authorize({
    ...ask,
    user: by.user,
    isResource: true,
    path: '',
    group: RBAC,
    version: 'v1',
    subresource: '',
    namespace: by.namespace,
  })
  return verdict.decision === 'allow'
}
