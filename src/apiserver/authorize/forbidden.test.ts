/** The texts of refusals, as kubectl's users know them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attributes } from './authorizer.ts'
import { forbidden } from './forbidden.ts'

const attributes = (more: Partial<Attributes>): Attributes => ({
  user: { name: 'x', groups: [], extra: {} },
  verb: 'list',
  isResource: true,
  path: '/',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: '',
  name: '',
  ...more,
})
const anonymous = { name: 'system:anonymous', groups: [], extra: {} }
const ROWS: readonly [string, Partial<Attributes>, string, string][] = [
  [
    'in a namespace',
    { namespace: 'default' },
    '',
    'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "default"',
  ],
  ['at the cluster scope', {}, '', 'pods is forbidden: User "x" cannot list resource "pods" in API group "" at the cluster scope'],
  [
    'with a group, a subresource and a name',
    { verb: 'update', group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'a', name: 'web' },
    '',
    'deployments.apps "web" is forbidden: User "x" cannot update resource "deployments/scale" in API group "apps" in the namespace "a"',
  ],
  [
    'with a reason',
    { verb: 'get', resource: 'secrets', namespace: 'a', name: 's' },
    'no relationship found between node "n" and this object',
    'secrets "s" is forbidden: User "x" cannot get resource "secrets" in API group "" in the namespace "a": no relationship found between node "n" and this object',
  ],
  [
    'of a path',
    { user: anonymous, verb: 'get', isResource: false, path: '/x', resource: '', version: '' },
    '',
    'forbidden: User "system:anonymous" cannot get path "/x"',
  ],
  [
    'of a path with markup',
    { verb: 'get', isResource: false, path: '/<b>', resource: '' },
    '',
    'forbidden: User "x" cannot get path "/&lt;b&gt;"',
  ],
]
for (const [title, given, reason, message] of ROWS)
  test(`forbidden: ${title}`, () => {
    const { status } = forbidden(attributes(given), reason)
    assert.equal(status.message, message)
    assert.deepEqual([status.code, status.reason], [403, 'Forbidden'])
  })
