/** Rules and columns of roles and bindings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes, cells, type Manifest, prepared } from '#test/support/kinds.ts'
import { ClusterRole } from './cluster-role.ts'
import { ClusterRoleBinding } from './cluster-role-binding.ts'
import { Role } from './role.ts'
import { RoleBinding } from './role-binding.ts'

const metadata = { name: 'r', namespace: 'default' }
const binding: Manifest = { metadata, roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'ann' }] }

for (const [rule, kind, manifest, expected] of [
  ['a role with a rule is fine', Role, { metadata, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }, []],
  [
    'a rule says all three',
    Role,
    { metadata, rules: [{}] },
    [
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
    ],
  ],
  [
    'paths are for cluster roles',
    Role,
    { metadata, rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] },
    ['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs'],
  ],
  ['cluster roles may have paths', ClusterRole, { metadata, rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] }, []],
  [
    'aggregation selects something',
    ClusterRole,
    { metadata, aggregationRule: {} },
    ['aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil'],
  ],
  ['a binding is fine', RoleBinding, binding, []],
  [
    'a cluster role binding gives cluster roles',
    ClusterRoleBinding,
    binding,
    ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  ],
  [
    'service accounts have a namespace',
    ClusterRoleBinding,
    { metadata, roleRef: { kind: 'ClusterRole', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 'sa' }] },
    ['subjects[0].namespace: Required value'],
  ],
  [
    'subjects are of a known kind',
    RoleBinding,
    { ...binding, subjects: [{ kind: 'Robot', name: 'r' }] },
    ['subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, manifest), expected))

test('a role reference never changes', () =>
  assert.deepEqual(causes(RoleBinding, { ...binding, roleRef: { kind: 'Role', name: 'other' } }, binding), [
    'roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"other"}: cannot change roleRef',
  ]))

test('groups are filled in for users, and not for service accounts', () => {
  const subjects = [
    { kind: 'User', name: 'ann' },
    { kind: 'ServiceAccount', name: 'sa', namespace: 'default' },
  ]
  const object = prepared(RoleBinding, { ...binding, subjects })
  assert.equal(object.roleRef.apiGroup, 'rbac.authorization.k8s.io')
  assert.deepEqual(object.subjects, [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' }, subjects[1]])
  assert.deepEqual(Object.values(cells(RoleBinding, object, 0)), ['Role/r', '<unknown>', 'ann', '', 'default/sa'])
})
