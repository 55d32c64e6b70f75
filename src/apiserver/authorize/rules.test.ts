/** What RBAC rules allow and cover. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allows, compact, type PolicyRule, ruleText, uncovered } from './rules.ts'

const on = (resource: string, more: Partial<Parameters<typeof allows>[1]> = {}) => {
  const [name = '', subresource = ''] = resource.split('/')
  return { verb: 'get', isResource: true, path: '', group: '', resource: name, subresource, name: 'x', ...more }
}
const get = (path: string, verb = 'get') => ({ verb, isResource: false, path, group: '', resource: '', subresource: '', name: '' })
const rule = (resources: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  verbs: ['get'],
  apiGroups: [''],
  resources: resources.split(' '),
  ...more,
})
const urls = (list: string): PolicyRule => ({ verbs: ['get'], nonResourceURLs: list.split(' ') })

const ROWS: readonly [string, PolicyRule, Parameters<typeof allows>[1], boolean][] = [
  ['the resource itself', rule('pods'), on('pods'), true],
  ['another verb is not allowed', rule('pods'), on('pods', { verb: 'list' }), false],
  ['* as a verb', rule('pods', { verbs: ['*'] }), on('pods', { verb: 'deletecollection' }), true],
  ['another group is not allowed', rule('pods'), on('pods', { group: 'apps' }), false],
  ['* as a group', rule('pods', { apiGroups: ['*'] }), on('pods', { group: 'apps' }), true],
  ['a resource does not include its subresources', rule('pods'), on('pods/log'), false],
  ['a named subresource', rule('pods/log'), on('pods/log'), true],
  ['a subresource does not include the resource', rule('pods/log'), on('pods'), false],
  ['* as a resource includes subresources', rule('*'), on('pods/log'), true],
  ['*/scale stands for all scales', rule('*/scale'), on('deployments/scale'), true],
  ['*/scale does not stand for the resource', rule('*/scale'), on('deployments'), false],
  ['pods/* is no pattern', rule('pods/*'), on('pods/log'), false],
  ['a resource name', rule('pods', { resourceNames: ['x'] }), on('pods'), true],
  ['another resource name', rule('pods', { resourceNames: ['y'] }), on('pods'), false],
  ['a resource name does not match requests without a name', rule('pods', { resourceNames: ['x'] }), on('pods', { name: '' }), false],
  ['a path', urls('/version'), get('/version'), true],
  ['a path below a path is another path', urls('/version'), get('/version/x'), false],
  ['a trailing *', urls('/apis/*'), get('/apis/apps/v1'), true],
  ['a trailing * needs what stands before it', urls('/apis/*'), get('/apis'), false],
  ['* alone is every path', urls('*'), get('/anything'), true],
  ['a path rule says nothing of resources', urls('*'), on('pods'), false],
  ['a resource rule says nothing of paths', rule('*', { apiGroups: ['*'] }), get('/metrics'), false],
]
for (const [title, given, request, allowed] of ROWS) test(`allows: ${title}`, () => assert.equal(allows(given, request), allowed))

const COVERED: readonly [string, readonly PolicyRule[], readonly PolicyRule[], readonly string[]][] = [
  ['nothing is wanted', [], [], []],
  ['the same', [rule('pods')], [rule('pods')], []],
  ['pieces from several rules', [rule('pods'), rule('services')], [rule('pods services')], []],
  [
    'a missing verb',
    [rule('pods')],
    [rule('pods', { verbs: ['get', 'list', 'watch'] })],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}'],
  ],
  ['all names cover one', [rule('pods')], [rule('pods', { resourceNames: ['x'] })], []],
  [
    'one name does not cover all',
    [rule('pods', { resourceNames: ['x'] })],
    [rule('pods')],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
  ],
  ['*/scale covers a scale', [rule('*/scale')], [rule('deployments/scale')], []],
  ['* is covered by * only', [rule('pods services')], [rule('*')], ['{APIGroups:[""], Resources:["*"], Verbs:["get"]}']],
  ['paths by prefix', [urls('/apis/*')], [urls('/apis/apps/*')], []],
  ['paths not covered', [urls('/apis/*')], [urls('/metrics')], ['{NonResourceURLs:["/metrics"], Verbs:["get"]}']],
  [
    'names appear in the text',
    [],
    [rule('pods', { resourceNames: ['x'] })],
    ['{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["get"]}'],
  ],
]
for (const [title, held, wanted, missing] of COVERED)
  test(`covers: ${title}`, () => assert.deepEqual(compact(uncovered(held, wanted)).map(ruleText), missing))
