/** Who gets in and what they may do, over HTTPS. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Call, startSecured } from './secured.ts'

const cluster = await startSecured()
after(() => cluster?.[Symbol.asyncDispose]())
const { call, root, user } = cluster
const jane = user('jane', 'dev')
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

const namespace = async (name: string) => {
  await root.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } })
  await root.send({ method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: { metadata: { name: 'default' } } })
  return name
}
const bind = (where: string, clusterRole: string, subject: object) =>
  root.send({
    method: 'POST',
    path: `${RBAC}/namespaces/${where}/rolebindings`,
    body: {
      metadata: { name: clusterRole },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
      subjects: [subject],
    },
  })

const DOORS: readonly [string, string, Call, number, string][] = [
  ['nobody, to the health', '/healthz', {}, 200, ''],
  ['nobody, to the version', '/version', {}, 200, ''],
  ['nobody, to the API', '/api', {}, 401, 'Unauthorized'],
  ['a bad token', '/api', { token: 'abc' }, 401, 'Unauthorized'],
  ['a master, everywhere', '/api/v1/secrets', { as: cluster.admin }, 200, ''],
  ['a user, to discovery', '/apis', { as: jane }, 200, ''],
  [
    'a user, not to objects',
    '/api/v1/pods',
    { as: jane },
    403,
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope',
  ],
  ['a user, not to metrics', '/metrics', { as: jane }, 403, 'forbidden: User "jane" cannot get path "/metrics"'],
  [
    'a master as somebody else',
    '/api/v1/pods',
    { as: cluster.admin, headers: { 'impersonate-user': 'joe' } },
    403,
    'pods is forbidden: User "joe" cannot list resource "pods" in API group "" at the cluster scope',
  ],
  [
    'a user not as somebody else',
    '/api/v1/pods',
    { as: jane, headers: { 'impersonate-user': 'joe' } },
    403,
    'users "joe" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
  ],
  ['the keys of tokens, to no stranger', '/openid/v1/jwks', {}, 401, 'Unauthorized'],
]
for (const [title, path, how, code, message] of DOORS)
  test(`in comes ${title}`, async () => {
    const reply = await call(path, how)
    assert.equal(reply.code, code)
    if (message) assert.equal(reply.body.message, message)
  })

test('a certificate of another authority is nobody', async () => {
  await using other = await startSecured()
  assert.equal((await call('/api', { as: other.user('kubernetes-admin', 'system:masters') })).code, 401)
})

test('who am I, and whom do I act as', async () => {
  const review = { method: 'POST', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } }
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  const own = await call(path, { ...review, as: jane })
  assert.equal(own.code, 201)
  assert.equal(own.body.status.userInfo.username, 'jane')
  assert.deepEqual(own.body.status.userInfo.groups, ['dev', 'system:authenticated'])
  assert.match(own.body.status.userInfo.extra['authentication.kubernetes.io/credential-id'][0], /^X509SHA256=[0-9a-f]{64}$/)
  const headers = { 'impersonate-user': 'joe', 'impersonate-group': ['a', 'b'], 'impersonate-extra-x': 'y' }
  const other = await call(path, { ...review, as: cluster.admin, headers })
  assert.deepEqual(other.body.status.userInfo, { username: 'joe', groups: ['a', 'b', 'system:authenticated'], extra: { x: ['y'] } })
})

test('a role binding opens one namespace', async () => {
  const [mine, other] = [await namespace('mine'), await namespace('other')]
  await bind(mine, 'view', { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'dev' })
  assert.equal((await call(`/api/v1/namespaces/${mine}/pods`, { as: jane })).code, 200)
  assert.equal((await call(`/api/v1/namespaces/${mine}/secrets`, { as: jane })).code, 403)
  assert.equal((await call(`/api/v1/namespaces/${other}/pods`, { as: jane })).code, 403)
  const may = async (namespace: string, verb: string) => {
    const body = { spec: { resourceAttributes: { namespace, verb, resource: 'pods' } } }
    return (await call('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { method: 'POST', as: jane, body })).body.status.allowed
  }
  assert.deepEqual([await may(mine, 'get'), await may(mine, 'create'), await may(other, 'get')], [true, false, false])
})

test('who may only read opens no stream over WebSocket', async () => {
  const where = await namespace('streams')
  const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods/exec'] }]
  await root.send({ method: 'POST', path: `${RBAC}/clusterroles`, body: { metadata: { name: 'exec-reader' }, rules } })
  await bind(where, 'exec-reader', { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' })
  const path = `/api/v1/namespaces/${where}/pods/p/exec?command=sh`
  const headers = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  }
  const { code, body } = await call(path, { as: jane, headers })
  assert.equal(code, 403)
  assert.match(
    body.message,
    /^pods "p" is forbidden: User "jane" cannot create resource "pods\/exec" in API group "" in the namespace "streams"/,
  )
})
test('nobody gives away what they do not hold', async () => {
  const where = await namespace('grants')
  await bind(where, 'admin', { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' })
  const role = (name: string, resources: string[], apiGroups = ['']) =>
    call(`${RBAC}/namespaces/${where}/roles`, {
      method: 'POST',
      as: jane,
      body: { metadata: { name }, rules: [{ verbs: ['get'], apiGroups, resources }] },
    })
  assert.equal((await role('held', ['pods'])).code, 201)
  const refused = await role('more', ['nodes', 'things'], ['', 'acme.com'])
  assert.equal(refused.code, 403)
  assert.match(
    refused.body.message,
    /^roles\.rbac\.authorization\.k8s\.io "more" is forbidden: user "jane" \(groups=\["dev" "system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["nodes"\], Verbs:\["get"\]\}/,
  )
})

test('a service account has a token as long as it is there', async () => {
  const where = await namespace('accounts')
  const path = `/api/v1/namespaces/${where}/serviceaccounts`
  await root.send({ method: 'POST', path, body: { metadata: { name: 'app' } } })
  await bind(where, 'view', { kind: 'ServiceAccount', name: 'app', namespace: where })
  const asked = await call(`${path}/app/token`, { method: 'POST', as: cluster.admin, body: { spec: { expirationSeconds: 600 } } })
  assert.equal(asked.code, 201, JSON.stringify(asked.body))
  const { token } = asked.body.status
  assert.equal((await call(`/api/v1/namespaces/${where}/pods`, { token })).code, 200)
  assert.equal(
    (await call(`/api/v1/namespaces/${where}/secrets`, { token })).body.message,
    `secrets is forbidden: User "system:serviceaccount:${where}:app" cannot list resource "secrets" in API group "" in the namespace "${where}"`,
  )
  const review = { method: 'POST', as: cluster.admin, body: { spec: { token } } }
  const { status } = (await call('/apis/authentication.k8s.io/v1/tokenreviews', review)).body
  assert.deepEqual([status.authenticated, status.user.username], [true, `system:serviceaccount:${where}:app`])
  assert.equal((await call('/openid/v1/jwks', { token })).body.keys.length, 1)
  await root.send({ method: 'DELETE', path: `${path}/app` })
  assert.equal((await call(`/api/v1/namespaces/${where}/pods`, { token })).code, 401)
})

test('a kubelet sees its own pods and what they need', async () => {
  const where = await namespace('nodes')
  const kubelet = user('system:node:n1', 'system:nodes')
  const secret = (name: string) => root.send({ method: 'POST', path: `/api/v1/namespaces/${where}/secrets`, body: { metadata: { name } } })
  await Promise.all([secret('needed'), secret('other')])
  const spec = { nodeName: 'n1', containers: [{ name: 'c', image: 'x' }], volumes: [{ name: 'v', secret: { secretName: 'needed' } }] }
  await root.send({ method: 'POST', path: `/api/v1/namespaces/${where}/pods`, body: { metadata: { name: 'p' }, spec } })
  const code = async (path: string) => (await call(path, { as: kubelet })).code
  assert.equal(await code(`/api/v1/namespaces/${where}/secrets/needed`), 200)
  assert.equal(await code(`/api/v1/namespaces/${where}/secrets/other`), 403)
  assert.equal(await code('/api/v1/pods?fieldSelector=spec.nodeName%3Dn1'), 200)
  assert.equal(await code('/api/v1/pods'), 403)
  const own = await call('/api/v1/nodes', { method: 'POST', as: kubelet, body: { metadata: { name: 'n1' } } })
  assert.equal(own.code, 201, JSON.stringify(own.body))
  assert.deepEqual(own.body.spec.taints, [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  assert.equal((await call('/api/v1/nodes', { method: 'POST', as: kubelet, body: { metadata: { name: 'n2' } } })).code, 403)
  const token = { spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p' } } }
  const path = `/api/v1/namespaces/${where}/serviceaccounts/default/token`
  assert.match(
    (await call(path, { method: 'POST', as: kubelet, body: token })).body.message,
    /node requested token with a pod binding without a uid/,
  )
})

test('bootstrapping again changes nothing, and brings back what was taken away', async () => {
  const { ensureBootstrap } = await import('#apiserver/authorize/bootstrap/ensure.ts')
  const view = async () =>
    ((await root.send({ method: 'GET', path: `${RBAC}/clusterroles/view` })).body as { metadata: { resourceVersion: string } }).metadata
      .resourceVersion
  const before = await view()
  await root.send({ method: 'DELETE', path: `${RBAC}/clusterroles/system:node-proxier` })
  await ensureBootstrap(root, cluster.server.objects)
  assert.equal(await view(), before)
  assert.equal((await call(`${RBAC}/clusterroles/system:node-proxier`, { as: cluster.admin })).code, 200)
})
