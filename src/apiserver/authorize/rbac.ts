/** Role-based access control: the bindings of a user, the rules of their roles, and whether one of them allows a request. */
import type { User } from '../request.ts'
import type { Attributes, Authorizer, NonResourceRule, ResourceRule, Verdict } from './authorizer.ts'
import { allows, type PolicyRule } from './rules.ts'

export interface RoleRef {
  readonly kind: string
  readonly name: string
}
export interface RoleSubject {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}
export interface Binding {
  readonly metadata: { readonly name?: string; readonly namespace?: string }
  readonly subjects?: readonly RoleSubject[]
  readonly roleRef: RoleRef
}
interface Role {
  readonly rules?: readonly PolicyRule[] | null
}
/** Where roles and bindings are read from. */
export interface Policies {
  clusterRoleBindings(): Promise<readonly Binding[]>
  roleBindings(namespace: string): Promise<readonly Binding[]>
  clusterRole(name: string): Promise<Role | undefined>
  role(namespace: string, name: string): Promise<Role | undefined>
}

/** Is called with each rule that a user has, and why; true ends the visit. */
export type Visit = (rule: PolicyRule, reason: () => string) => boolean

/** The rules of the role that a binding names; undefined when there is no such role. */
export async function rulesOf(policies: Policies, ref: RoleRef, namespace: string): Promise<readonly PolicyRule[] | undefined> {
  const role = ref.kind === 'ClusterRole' ? await policies.clusterRole(ref.name) : await policies.role(namespace, ref.name)
  return role && (role.rules ?? [])
}

/**
 * Visits everything that a user may do: by cluster role bindings everywhere, and by role bindings in `namespace`, if one is given.
 * Resolves with what is missing: roles that bindings name and that are not there.
 */
async function visitRules(policies: Policies, who: { readonly user: User; readonly namespace: string }, visit: Visit): Promise<string[]> {
  const missing: string[] = []
  const visitAll = async (kind: string, bindings: readonly Binding[], namespace: string): Promise<boolean> => {
    for (const binding of bindings) {
      const subject = binding.subjects?.find(one => appliesTo(one, who.user, namespace))
      if (!subject) continue
      const rules = await rulesOf(policies, binding.roleRef, namespace)
      if (!rules) missing.push(roleNotFound(binding.roleRef))
      const reason = () =>
        `${kind} "${binding.metadata.name}${namespace && `/${namespace}`}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${subjectText(subject, namespace)}`
      if (rules?.some(rule => visit(rule, reason))) return true
    }
    return false
  }
  const done = await visitAll('ClusterRoleBinding', await policies.clusterRoleBindings(), '')
  if (!done && who.namespace) await visitAll('RoleBinding', await policies.roleBindings(who.namespace), who.namespace)
  return missing
}
/** All rules that `visitRules` visits. */
export async function rulesFor(policies: Policies, user: User, namespace: string) {
  const rules: PolicyRule[] = []
  const missing = await visitRules(policies, { user, namespace }, rule => {
    rules.push(rule)
    return false
  })
  return { rules, missing }
}
const roleNotFound = ({ kind, name }: RoleRef): string =>
  `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`

/** A service account's namespace may be left out in a role binding: it is the binding's own. */
function appliesTo(subject: RoleSubject, user: User, namespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return user.name === subject.name
    case 'Group':
      return user.groups.includes(subject.name)
    case 'ServiceAccount': {
      const from = subject.namespace || namespace
      return from !== '' && user.name === `system:serviceaccount:${from}:${subject.name}`
    }
    default:
      return false
  }
}
const subjectText = ({ kind, name, namespace: from }: RoleSubject, namespace: string) =>
  kind === 'ServiceAccount' ? `ServiceAccount "${name}/${from || namespace}"` : `${kind} "${name}"`

/** Abstains where no rule allows; never denies. */
export function rbacAuthorizer(policies: Policies): Authorizer {
  return {
    async authorize(attributes: Attributes): Promise<Verdict> {
      let allowed = ''
      const missing = await visitRules(policies, attributes, (rule, reason) => {
        if (!allows(rule, attributes)) return false
        allowed = reason()
        return true
      })
      if (allowed) return { decision: 'allow', reason: `RBAC: allowed by ${allowed}` }
      return { decision: 'abstain', reason: missing.length ? `RBAC: ${missing.length > 1 ? `[${missing.join(', ')}]` : missing[0]}` : '' }
    },
    async rules(user: User, namespace: string) {
      const { rules, missing } = await rulesFor(policies, user, namespace)
      const resource = rules.flatMap((rule): ResourceRule[] =>
        rule.resources?.length ? [{ ...rule, apiGroups: rule.apiGroups ?? [], resources: rule.resources }] : [],
      )
      const nonResource = rules.flatMap((rule): NonResourceRule[] =>
        rule.nonResourceURLs?.length ? [{ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs }] : [],
      )
      return { resource, nonResource, incomplete: missing.length > 0 }
    },
  }
}
