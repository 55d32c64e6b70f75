/** Service accounts: as objects, their tokens, and the authority that stands in every namespace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenReview } from '#kinds/authentication/token-review.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { eventually } from '../support/eventually.ts'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-auth] ServiceAccounts should run through the lifecycle of a ServiceAccount [Conformance]', async () => {
  const accounts = stage.resource(ServiceAccount, await stage.namespace('lifecycle'))
  const selector = { labelSelector: 'test-serviceaccount-static=true' }
  await using watching = await accounts.watch(selector)
  const name = 'testserviceaccount'
  const made = await accounts.create({ metadata: { name, labels: { 'test-serviceaccount-static': 'true' } } })
  await watching.expect('ADDED', made)
  await accounts.patch(name, { automountServiceAccountToken: false }, { type: 'strategic' })
  const { object } = await watching.expect('MODIFIED')
  assert.equal(object.automountServiceAccountToken, false)
  const { items } = await accounts.everywhere.list(selector)
  const found = items.find(({ metadata }: Any) => metadata.name === name && metadata.namespace === accounts.namespace)
  assert.equal(found.automountServiceAccountToken, false)
  await accounts.deleteCollection(selector)
  await watching.expect('DELETED')
})

test('[sig-auth] ServiceAccounts should update a ServiceAccount [Conformance]', async () => {
  const accounts = stage.resource(ServiceAccount, await stage.namespace('update'))
  const made = await accounts.create({ metadata: { name: 'e2e-sa' } })
  assert.equal(made.automountServiceAccountToken, undefined)
  await accounts.change('e2e-sa', draft => (draft.automountServiceAccountToken = true))
  assert.equal((await accounts.get('e2e-sa')).automountServiceAccountToken, true)
})

test('[sig-auth] ServiceAccounts should guarantee kube-root-ca.crt exist in any namespace [Conformance]', async () => {
  const maps = stage.resource(ConfigMap, await stage.namespace('root-ca'))
  const name = 'kube-root-ca.crt'
  const first = await eventually(() => maps.get(name))
  assert.match(first.data['ca.crt'], /^-----BEGIN CERTIFICATE-----/)
  await maps.delete(name)
  const again = await eventually(() => maps.get(name))
  assert.notEqual(again.metadata.uid, first.metadata.uid)
  assert.deepEqual(again.data, first.data)
  await maps.change(name, draft => (draft.data = { 'ca.crt': '' }))
  await eventually(async () => assert.deepEqual((await maps.get(name)).data, first.data))
})

test('[sig-auth] ServiceAccounts should create a serviceAccountToken and ensure a successful TokenReview [Conformance]', async () => {
  const accounts = stage.resource(ServiceAccount, await stage.namespace('token'))
  const account = await accounts.create({ metadata: { name: 'e2e-sa' } })
  const { transport } = stage.cluster
  const { body } = await transport.send({
    method: 'POST',
    path: accounts.path('e2e-sa', 'token'),
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: 'e2e-sa', namespace: accounts.namespace },
      spec: {},
    },
  })
  const { token } = (body as Any).status
  assert(token)
  const { status } = await stage.resource(TokenReview).create({ metadata: { name: 'e2e-review' }, spec: { token } })
  assert.equal(status.error, undefined)
  assert.equal(status.authenticated, true)
  assert.equal(status.user.username, `system:serviceaccount:${accounts.namespace}:e2e-sa`)
  assert.equal(status.user.uid, account.metadata.uid)
})
