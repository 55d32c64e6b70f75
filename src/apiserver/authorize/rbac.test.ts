/** Whom RBAC allows what, and why. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { User } from '../request.ts'
import type { Attributes } from './authorizer.ts'
import { confirmBinding, confirmRole } from './escalation.ts'
import { inOrder } from './index.ts'
import { mastersAuthorizer } from './masters.ts'
import { type Binding, type Policies, rbacAuthorizer } from './rbac.ts'
import type { PolicyRule } from './rules.ts'

const reader: readonly PolicyRule[] = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }]
const roles: Readonly<Record<string, readonly PolicyRule[]>> = {
  'ClusterRole reader': reader,
  'ClusterRole paths': [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }],
  'ClusterRole binder': [
    { verbs: ['bind'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], resourceNames: ['secrets'] },
  ],
  'ClusterRole escalator': [{ verbs: ['escalate'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'] }],
  'ClusterRole secrets': [{ verbs: ['*'], apiGroups: [''], resources: ['secrets'] }],
  'ClusterRole all': [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ],
  'Role a/writer': [{ verbs: ['create'], apiGroups: [''], resources: ['configmaps'] }],
}
const bind = (name: string, role: string, subject: string): Binding => {
  const [kind = '', roleName = ''] = role.split(' ')
  const [subjectKind = '', subjectName = '', namespace] = subject.split(' ')
  return {
    metadata: { name },
    roleRef: { kind, name: roleName },
    subjects: [{ kind: subjectKind, name: subjectName, ...(namespace && { namespace }) }],
  }
}
const clusterRoleBindings = [
  bind('group-reads', 'ClusterRole reader', 'Group readers'),
  bind('jane-paths', 'ClusterRole paths', 'User jane'),
  bind('lost', 'ClusterRole nowhere', 'User lost'),
  bind('account', 'ClusterRole reader', 'ServiceAccount app a'),
  bind('no-namespace', 'ClusterRole all', 'ServiceAccount stray'),
  bind('binder', 'ClusterRole binder', 'User binder'),
  bind('escalator', 'ClusterRole escalator', 'User escalator'),
  bind('root', 'ClusterRole all', 'User root'),
]
const roleBindings: Readonly<Record<string, readonly Binding[]>> = {
  a: [
    bind('write', 'Role writer', 'User jane'),
    bind('local', 'Role writer', 'ServiceAccount local'),
    bind('read', 'ClusterRole reader', 'User joe'),
  ],
}
const policies: Policies = {
  clusterRoleBindings: async () => clusterRoleBindings,
  roleBindings: async namespace => roleBindings[namespace] ?? [],
  clusterRole: async name => (roles[`ClusterRole ${name}`] ? { rules: roles[`ClusterRole ${name}`] } : undefined),
  role: async (namespace, name) => (roles[`Role ${namespace}/${name}`] ? { rules: roles[`Role ${namespace}/${name}`] } : undefined),
}
const user = (name: string, ...groups: string[]): User => ({ name, groups, extra: {} })
const on = (verb: string, resource: string, namespace = ''): Omit<Attributes, 'user'> => ({
  verb,
  isResource: true,
  path: '',
  group: '',
  version: 'v1',
  resource,
  subresource: '',
  namespace,
  name: '',
})
const path = (of: string): Omit<Attributes, 'user'> => ({ ...on('get', ''), isResource: false, path: of })
const authorizer = inOrder(mastersAuthorizer, rbacAuthorizer(policies))

const ROWS: readonly [string, User, Omit<Attributes, 'user'>, string][] = [
  [
    'a group by a cluster role binding',
    user('x', 'readers'),
    on('list', 'pods', 'b'),
    'allow RBAC: allowed by ClusterRoleBinding "group-reads" of ClusterRole "reader" to Group "readers"',
  ],
  ['nobody else', user('x'), on('list', 'pods', 'b'), 'abstain '],
  [
    'a path',
    user('jane'),
    path('/metrics'),
    'allow RBAC: allowed by ClusterRoleBinding "jane-paths" of ClusterRole "paths" to User "jane"',
  ],
  [
    'a role inside its namespace',
    user('jane'),
    on('create', 'configmaps', 'a'),
    'allow RBAC: allowed by RoleBinding "write/a" of Role "writer" to User "jane"',
  ],
  ['no role outside its namespace', user('jane'), on('create', 'configmaps', 'b'), 'abstain '],
  ['no role at the cluster scope', user('jane'), on('create', 'configmaps'), 'abstain '],
  [
    'a cluster role inside the namespace of a role binding',
    user('joe'),
    on('get', 'pods', 'a'),
    'allow RBAC: allowed by RoleBinding "read/a" of ClusterRole "reader" to User "joe"',
  ],
  [
    'a service account',
    user('system:serviceaccount:a:app'),
    on('get', 'pods'),
    'allow RBAC: allowed by ClusterRoleBinding "account" of ClusterRole "reader" to ServiceAccount "app/a"',
  ],
  ['no service account of the same name elsewhere', user('system:serviceaccount:b:app'), on('get', 'pods'), 'abstain '],
  [
    "a service account of the binding's own namespace",
    user('system:serviceaccount:a:local'),
    on('create', 'configmaps', 'a'),
    'allow RBAC: allowed by RoleBinding "local/a" of Role "writer" to ServiceAccount "local/a"',
  ],
  ['no service account without a namespace in a cluster role binding', user('system:serviceaccount::stray'), on('get', 'pods'), 'abstain '],
  ['tells of missing roles', user('lost'), on('get', 'pods'), 'abstain RBAC: clusterrole.rbac.authorization.k8s.io "nowhere" not found'],
  ['masters always', user('x', 'system:masters'), path('/anything'), 'allow '],
]
for (const [title, who, what, verdict] of ROWS)
  test(`rbac allows ${title}`, async () => {
    const { decision, reason } = await authorizer.authorize({ ...what, user: who })
    assert.equal(`${decision} ${reason}`, verdict)
  })

test('all rules of a user in a namespace', async () => {
  assert.deepEqual(await authorizer.rules(user('jane'), 'a'), {
    resource: roles['Role a/writer'],
    nonResource: roles['ClusterRole paths'],
    incomplete: false,
  })
  assert.equal((await authorizer.rules(user('lost'), 'a')).incomplete, true)
})

const secrets: readonly PolicyRule[] = [{ verbs: ['get', 'watch'], apiGroups: [''], resources: ['secrets', 'pods'] }]
const MISSING = `is attempting to grant RBAC permissions not currently held:
{APIGroups:[""], Resources:["pods"], Verbs:["watch"]}
{APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch"]}`
const ESCALATIONS: readonly [string, User, Parameters<typeof confirmRole>[1], string][] = [
  ['what one holds', user('x', 'readers'), { resource: 'roles', name: 'r', rules: reader, isAggregated: false }, ''],
  [
    'not what one does not hold',
    user('x', 'readers', 'system:authenticated'),
    { resource: 'roles', name: 'r', rules: secrets, isAggregated: false },
    `roles.rbac.authorization.k8s.io "r" is forbidden: user "x" (groups=["readers" "system:authenticated"]) ${MISSING}`,
  ],
  ['anything with the verb escalate', user('escalator'), { resource: 'roles', name: 'r', rules: secrets, isAggregated: false }, ''],
  ['anything as a master', user('x', 'system:masters'), { resource: 'clusterroles', name: 'r', rules: secrets, isAggregated: true }, ''],
  [
    'no aggregation without holding everything',
    user('x', 'readers'),
    { resource: 'clusterroles', name: 'r', rules: [], isAggregated: true },
    'clusterroles.rbac.authorization.k8s.io "r" is forbidden: must have cluster-admin privileges to use the aggregationRule',
  ],
  ['aggregation when holding everything', user('root'), { resource: 'clusterroles', name: 'r', rules: secrets, isAggregated: true }, ''],
]
const outcome = (attempt: Promise<void>) =>
  attempt.then(
    () => '',
    (error: Error) => error.message,
  )
for (const [title, who, role, message] of ESCALATIONS)
  test(`a role may be given ${title}`, async () =>
    assert.equal(await outcome(confirmRole({ user: who, namespace: 'b', policies, authorizer }, role)), message))

const to = (kind: string, name: string) => ({ resource: 'rolebindings', name: 'b', roleRef: { kind, name } }) as const
const BINDINGS: readonly [string, User, ReturnType<typeof to>, string][] = [
  ['a role that one holds', user('x', 'readers'), to('ClusterRole', 'reader'), ''],
  [
    'no role that one does not hold',
    user('x'),
    to('ClusterRole', 'reader'),
    'rolebindings.rbac.authorization.k8s.io "b" is forbidden: user "x" (groups=[]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
  ],
  ['a role that one may bind', user('binder'), to('ClusterRole', 'secrets'), ''],
  ['no role that is not there', user('x'), to('Role', 'none'), 'roles.rbac.authorization.k8s.io "none" not found'],
]
for (const [title, who, binding, message] of BINDINGS)
  test(`a binding may name ${title}`, async () =>
    assert.equal(await outcome(confirmBinding({ user: who, namespace: 'b', policies, authorizer }, binding)), message))
