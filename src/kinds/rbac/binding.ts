/** RoleRef: which role is given, and to whom. */
import { isDns1123Subdomain, isPathSegmentName } from '#kinds/meta/names.ts'
import { string } from '#schema/scalars.ts'
import type { Path } from '#schema/vocabulary.ts'
import { field } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class Subject extends struct(
  {
    kind: field(1, string, 'User, Group or ServiceAccount.', { always: true }),
    apiGroup: field(2, string, 'Empty for service accounts, rbac.authorization.k8s.io for users and groups.'),
    name: field(3, string, 'Name of the subject.', { required: true }),
    namespace: field(4, string, 'Namespace of a service account.'),
  },
  {
    atomic: true,
    fill: draft => {
      if (draft.kind === 'User' || draft.kind === 'Group') draft.apiGroup ||= RBAC_GROUP
    },
  },
) {}

export class RoleRef extends struct(
  {
    apiGroup: field(1, string, 'API group of the role.', { written: true, default: 'rbac.authorization.k8s.io' }),
    kind: field(2, string, 'Role or ClusterRole.', { always: true }),
    name: field(3, string, 'Name of the role.', { required: true }),
  },
  { atomic: true },
) {}

const RBAC_GROUP = 'rbac.authorization.k8s.io'

interface Binding {
  readonly subjects?: readonly Subject[]
  readonly roleRef: RoleRef
}
/** What holds for both kinds of bindings; `roles` are the kinds that may be given. Upstream: pkg/apis/rbac/validation. */
export function checkBinding({ subjects = [], roleRef }: Binding, at: Path, roles: readonly string[]): void {
  const here = at.key('roleRef')
  if (roleRef.apiGroup !== RBAC_GROUP) here.key('apiGroup').unsupported(roleRef.apiGroup, [RBAC_GROUP])
  if (!roles.includes(roleRef.kind)) here.key('kind').unsupported(roleRef.kind, roles)
  const wrong = isPathSegmentName(roleRef.name)
  if (wrong) here.key('name').invalid(roleRef.name, wrong)
  for (const [i, subject] of subjects.entries()) checkSubject(subject, at.key('subjects').index(i), roles.includes('Role'))
}
export function checkRoleRefUpdate(next: Binding, before: Binding | undefined, at: Path): void {
  const isSame = !before || (['apiGroup', 'kind', 'name'] as const).every(name => next.roleRef[name] === before.roleRef[name])
  if (!isSame) at.key('roleRef').invalid(next.roleRef, 'cannot change roleRef')
}
function checkSubject({ kind, name, apiGroup = '', namespace }: Subject, at: Path, isNamespaced: boolean): void {
  switch (kind) {
    case 'ServiceAccount': {
      const wrong = name && isDns1123Subdomain(name)
      if (wrong) at.key('name').invalid(name, wrong)
      if (apiGroup) at.key('apiGroup').unsupported(apiGroup, [''])
      if (!isNamespaced && !namespace) at.key('namespace').required()
      break
    }
    case 'User':
    case 'Group':
      if (apiGroup !== RBAC_GROUP) at.key('apiGroup').unsupported(apiGroup, [RBAC_GROUP])
      break
    default:
      at.key('kind').unsupported(kind, ['ServiceAccount', 'User', 'Group'])
  }
}

/** The names of the subjects of one kind, as printed; service accounts with their namespace. */
export const subjectNames = ({ subjects = [] }: Binding, kind: string): string =>
  subjects
    .filter(subject => subject.kind === kind)
    .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
    .join(', ')
