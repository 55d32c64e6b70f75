/** The bootstrap roles hang together, and reconciliation adds without taking away. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allows, uncovered } from '../rules.ts'
import { type BindingObject, bootstrapBindings, bootstrapRoles, type RoleObject } from './objects.ts'
import { reconcileBinding, reconcileRole } from './reconcile.ts'

const roles = bootstrapRoles()
const role = (name: string) => roles.find(({ metadata }) => metadata.name === name) as RoleObject
const key = ({ metadata }: { readonly metadata: RoleObject['metadata'] }) => `${metadata.namespace ?? ''}/${metadata.name}`

test('every role is there once, with the bootstrap label and annotation', () => {
  assert.equal(new Set(roles.map(key)).size, roles.length)
  for (const { metadata } of [...roles, ...bootstrapBindings()]) {
    assert.equal(metadata.labels?.['kubernetes.io/bootstrapping'], 'rbac-defaults', metadata.name)
    assert.equal(metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate'], 'true', metadata.name)
  }
})
test('every binding names a role that is there', () => {
  const known = new Set(roles.map(key))
  for (const binding of bootstrapBindings()) {
    const namespace = binding.roleRef.kind === 'Role' ? binding.metadata.namespace : ''
    assert(known.has(`${namespace}/${binding.roleRef.name}`), binding.metadata.name)
  }
})
test('admin contains edit, edit contains view, and each its own part', () => {
  for (const [outer, inner] of [
    ['admin', 'edit'],
    ['edit', 'view'],
    ['admin', 'system:aggregate-to-admin'],
    ['view', 'system:aggregate-to-view'],
  ] as const)
    assert.deepEqual(uncovered(role(outer).rules, role(inner).rules), [], `${outer} ⊇ ${inner}`)
  assert.notDeepEqual(uncovered(role('view').rules, role('edit').rules), [])
})
const may = (name: string, verb: string, resource: string, group = '') => {
  const [plural = '', subresource = ''] = resource.split('/')
  const request = { verb, isResource: true, path: '', group, resource: plural, subresource, name: 'x' }
  return role(name).rules.some(rule => allows(rule, request))
}
for (const [name, verb, resource, group, allowed] of [
  ['view', 'get', 'secrets', '', false],
  ['view', 'get', 'pods/log', '', true],
  ['view', 'create', 'pods', '', false],
  ['edit', 'get', 'secrets', '', true],
  ['edit', 'create', 'pods/exec', '', true],
  ['edit', 'create', 'roles', 'rbac.authorization.k8s.io', false],
  ['admin', 'create', 'rolebindings', 'rbac.authorization.k8s.io', true],
  ['admin', 'update', 'resourcequotas', '', false],
  ['cluster-admin', 'escalate', 'clusterroles', 'rbac.authorization.k8s.io', true],
  ['system:node', 'list', 'secrets', '', true],
  ['system:kube-scheduler', 'create', 'pods/binding', '', true],
] as const)
  test(`${name} ${allowed ? 'may' : 'may not'} ${verb} ${resource}`, () => assert.equal(may(name, verb, resource, group), allowed))

const pods = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
const secrets = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] }
const wanted: RoleObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'r', labels: { a: '1' }, annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' } },
  rules: [pods],
}
const kept = { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } }
const ROLES: readonly [string, RoleObject | undefined, string, unknown?][] = [
  ['a missing role is created', undefined, 'create', wanted],
  ['an equal role is left alone', wanted, 'nothing'],
  ['rules that were added stay', { ...wanted, rules: [secrets, pods] }, 'nothing'],
  ['missing rules are added', { ...wanted, rules: [secrets] }, 'update', { ...wanted, rules: [secrets, pods] }],
  ['who turned autoupdate off is left alone', { ...wanted, rules: [], metadata: { ...wanted.metadata, ...kept } }, 'nothing'],
  ['own label values stay', { ...wanted, metadata: { ...wanted.metadata, labels: { a: '2' } } }, 'nothing'],
  [
    'missing labels are added',
    { ...wanted, metadata: { ...wanted.metadata, labels: { b: '2' } } },
    'update',
    { ...wanted, metadata: { ...wanted.metadata, labels: { a: '1', b: '2' } } },
  ],
]
for (const [title, stored, step, object] of ROLES)
  test(`reconcile: ${title}`, () => assert.deepEqual(reconcileRole(stored, wanted), { do: step, ...(object !== undefined && { object }) }))

test('reconcile: an aggregated role gets its selectors, not rules', () => {
  const aggregated = { ...wanted, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { x: 'true' } }] } }
  const own = { matchLabels: { y: 'true' } }
  const step = reconcileRole({ ...wanted, rules: [], aggregationRule: { clusterRoleSelectors: [own] } }, aggregated)
  assert.deepEqual(step, {
    do: 'update',
    object: { ...wanted, rules: [], aggregationRule: { clusterRoleSelectors: [own, { matchLabels: { x: 'true' } }] } },
  })
})

const binding: BindingObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'b' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'x' }],
}
const jane = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }
const BINDINGS: readonly [string, BindingObject | undefined, string, unknown?][] = [
  ['a missing binding is created', undefined, 'create', binding],
  ['an equal binding is left alone', binding, 'nothing'],
  ['missing subjects are added', { ...binding, subjects: [jane] }, 'update', { ...binding, subjects: [jane, ...(binding.subjects ?? [])] }],
  ['a binding of another role is replaced', { ...binding, roleRef: { ...binding.roleRef, name: 'other' } }, 'replace', binding],
  ['who turned autoupdate off is left alone', { ...binding, subjects: [], metadata: { name: 'b', ...kept } }, 'nothing'],
]
for (const [title, stored, step, object] of BINDINGS)
  test(`reconcile: ${title}`, () =>
    assert.deepEqual(reconcileBinding(stored, binding), { do: step, ...(object !== undefined && { object }) }))
