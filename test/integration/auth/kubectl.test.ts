/** What the real kubectl makes of discovery, OpenAPI and authorization. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startSecured } from './secured.ts'

const cluster = await startSecured()
after(() => cluster?.[Symbol.asyncDispose]())
const { kubectl } = cluster

const ROWS: readonly [string, string, RegExp][] = [
  ['the version', 'version', /Server Version: v1\.36\.\d+\+knarr/],
  ['all resources', 'api-resources', /^deployments +deploy +apps\/v1 +true +Deployment$/m],
  ['resources by category', 'api-resources --categories=all -o name', /^pods$/m],
  ['all versions', 'api-versions', /^rbac\.authorization\.k8s\.io\/v1$/m],
  ['who I am', 'auth whoami', /^Username +kubernetes-admin$/m],
  ['what a user may do', 'auth can-i list pods --as jane', /^no$/m],
  [
    'what a user may do, all of it',
    'auth can-i --list --as jane',
    /selfsubjectaccessreviews\.authorization\.k8s\.io +\[\] +\[\] +\[create\]/,
  ],
  ['a field of a kind', 'explain deployment.spec.replicas', /FIELD: replicas <integer>/],
  ['health', 'get --raw /readyz?verbose', /\[\+\]ping ok\nreadyz check passed/],
  ['roles', 'get clusterroles admin', /^admin +\d{4}-/m],
  ['a role at length', 'describe clusterrole view', /^ {2}pods\/log +\[\] +\[\] +\[get list watch\]$/m],
  ['a token', 'create token default', /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m],
]
for (const [title, args, expected] of ROWS)
  test(`kubectl tells ${title}`, async () => {
    const { stdout, stderr } = await kubectl(args)
    assert.match(stdout, expected, stderr)
  })

test('kubectl asks for strictness, and hears of a misspelt field', async () => {
  const { code, stderr } = await kubectl(
    'create -f -',
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, dta: {} }),
  )
  assert.equal(code, 1)
  assert.match(stderr, /unknown field "dta"/)
})
test('kubectl applies, changes and deletes', async () => {
  const config = (value: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' }, data: { key: value } })
  assert.match((await kubectl('apply -f -', config('a'))).stdout, /^configmap\/c created/)
  assert.match((await kubectl('apply -f -', config('b'))).stdout, /^configmap\/c configured/)
  assert.match((await kubectl('apply --server-side --force-conflicts -f -', config('c'))).stdout, /serverside-applied/)
  assert.equal((await kubectl('get configmap c -o jsonpath={.data.key}')).stdout, 'c')
  assert.match((await kubectl('delete configmap c')).stdout, /^configmap "c" deleted/)
})
test('kubectl makes roles and bindings, and reconciles them', async () => {
  assert.match((await kubectl('create role pods --verb=get,list --resource=pods')).stdout, /created/)
  assert.match((await kubectl('create rolebinding pods --role=pods --user=joe')).stdout, /created/)
  assert.match((await kubectl('auth can-i list pods --as joe -n default')).stdout, /^yes$/m)
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'pods', namespace: 'default' },
    rules: [{ verbs: ['watch'], apiGroups: [''], resources: ['pods'] }],
  }
  assert.match((await kubectl('auth reconcile -f -', JSON.stringify(role))).stdout, /reconciled/)
  assert.match((await kubectl('auth can-i watch pods --as joe -n default')).stdout, /^yes$/m)
})
