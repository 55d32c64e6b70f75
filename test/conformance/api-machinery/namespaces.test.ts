/** Namespaces: labels, status, finalizers, and what goes when they go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Namespace } from '#kinds/core/namespace.ts'
import { Service } from '#kinds/core/service.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { eventually } from '../support/eventually.ts'
import { refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-api-machinery] Namespaces should ensure that all services are removed when a namespace is deleted [Conformance] [Serial]', async () => {
  const namespaces = stage.resource(Namespace)
  const name = await stage.namespace('nsdeletetest')
  const services = stage.resource(Service, name)
  await eventually(() => stage.resource(ServiceAccount, name).get('default'))
  await services.create({ metadata: { name: 'test-service' }, spec: { selector: { foo: 'bar' }, ports: [{ port: 80, targetPort: 80 }] } })
  await namespaces.delete(name)
  await namespaces.gone(name)
  await namespaces.create({ metadata: { name } })
  await refused('NotFound', services.get('test-service'))
})

test('[sig-api-machinery] Namespaces should patch a Namespace [Conformance] [Serial]', async () => {
  const namespaces = stage.resource(Namespace)
  const name = await stage.namespace('nspatchtest')
  await namespaces.patch(name, { metadata: { labels: { testLabel: 'testValue' } } }, { type: 'strategic' })
  assert.equal((await namespaces.get(name)).metadata.labels.testLabel, 'testValue')
})

test('[sig-api-machinery] Namespaces should apply changes to a namespace status [Conformance] [Serial]', async () => {
  const namespaces = stage.resource(Namespace)
  const name = await stage.namespace('status')
  assert.equal((await namespaces.get(name, 'status')).status.phase, 'Active')
  const condition = (type: string) => ({ type, status: 'True', reason: 'E2E', message: `${type} by an e2e test` })
  const patch = { metadata: { annotations: { 'e2e-patched-ns-status': name } }, status: { conditions: [condition('StatusPatch')] } }
  const patched = await namespaces.patch(name, patch, { subresource: 'status' })
  assert.equal(patched.metadata.annotations['e2e-patched-ns-status'], name)
  assert.equal(patched.status.conditions.at(-1).type, 'StatusPatch')
  const updated = await namespaces.change(
    name,
    draft => {
      draft.status.conditions.push(condition('StatusUpdate'))
    },
    'status',
  )
  assert.equal(updated.status.conditions.length, 2)
  const { type, reason, message } = updated.status.conditions.at(-1)
  assert.deepEqual({ type, status: 'True', reason, message }, condition('StatusUpdate'))
})

test('[sig-api-machinery] Namespaces should apply an update to a Namespace [Conformance] [Serial]', async () => {
  const namespaces = stage.resource(Namespace)
  const name = await stage.namespace('update')
  const updated = await namespaces.change(name, draft => (draft.metadata.labels = { ...draft.metadata.labels, [name]: 'updated' }))
  assert.equal(updated.metadata.labels[name], 'updated')
  assert.equal((await namespaces.get(name)).metadata.labels[name], 'updated')
})

test('[sig-api-machinery] Namespaces should apply a finalizer to a Namespace [Conformance] [Serial]', async () => {
  const namespaces = stage.resource(Namespace)
  const fake = 'e2e.example.com/fakeFinalizer'
  const name = await stage.namespace('e2e-ns')
  const change = (to: (finalizers: string[]) => string[]) =>
    namespaces.change(name, draft => (draft.spec.finalizers = to(draft.spec.finalizers)), 'finalize')
  const { spec } = await change(finalizers => [...finalizers, fake])
  assert.deepEqual(spec.finalizers, ['kubernetes', fake])
  assert.deepEqual((await namespaces.get(name)).spec.finalizers, ['kubernetes', fake])
  const after = await change(finalizers => finalizers.filter(one => one !== fake))
  assert.deepEqual(after.spec.finalizers, ['kubernetes'])
  await namespaces.delete(name)
  await namespaces.gone(name)
})
