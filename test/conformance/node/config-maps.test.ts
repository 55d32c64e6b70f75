/** Config maps and secrets as objects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyKind } from '#kinds/catalogue.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Secret } from '#kinds/core/secret.ts'
import { type Any, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const base64 = (text: string) => Buffer.from(text).toString('base64')

async function refusesEmptyKey(kind: AnyKind, value: string): Promise<void> {
  const resource = stage.resource(kind, await stage.namespace('empty-key'))
  const { message } = await refused('Invalid', resource.create({ metadata: { name: 'empty-key' }, data: { '': value } }))
  assert.match(message, /data\[\]: Invalid value: ""/)
}
test('[sig-node] ConfigMap should fail to create ConfigMap with empty key [Conformance]', () => refusesEmptyKey(ConfigMap, 'value-1'))
test('[sig-node] Secrets should fail to create secret due to empty secret key [Conformance]', () =>
  refusesEmptyKey(Secret, base64('value-1\n')))

test('[sig-node] ConfigMap should run through a ConfigMap lifecycle [Conformance]', async () => {
  const maps = stage.resource(ConfigMap, await stage.namespace('lifecycle'))
  const name = 'test-configmap'
  const selector = { labelSelector: 'test-configmap-static=true' }
  await using watching = await maps.watch(selector)
  await maps.create({ metadata: { name, labels: { 'test-configmap-static': 'true' } }, data: { valueName: 'value' } })
  await watching.expect('ADDED')
  await maps.patch(name, { metadata: { labels: { 'test-configmap': 'patched' } }, data: { valueName: 'value1' } }, { type: 'strategic' })
  await watching.expect('MODIFIED')
  const fetched = await maps.get(name)
  assert.deepEqual([fetched.data.valueName, fetched.metadata.labels['test-configmap']], ['value1', 'patched'])
  const { items } = await maps.everywhere.list(selector)
  const found = items.filter(({ metadata }: Any) => metadata.namespace === maps.namespace && metadata.name === name)
  assert.deepEqual(found, [fetched])
  await maps.deleteCollection(selector)
  await watching.expect('DELETED')
  await maps.counted(0, selector)
})

test('[sig-node] ConfigMap should update ConfigMap successfully [Conformance] [NodeConformance]', async () => {
  const maps = stage.resource(ConfigMap, await stage.namespace('update'))
  await maps.create({ metadata: { name: 'configmap-test' }, data: { 'data-1': 'value-1' } })
  await maps.change('configmap-test', draft => (draft.data = { data: 'value' }))
  assert.deepEqual((await maps.get('configmap-test')).data, { data: 'value' })
})

test('[sig-node] Secrets should patch a secret [Conformance]', async () => {
  const secrets = stage.resource(Secret, await stage.namespace('secrets'))
  const name = 'test-secret'
  const selector = { labelSelector: 'testsecret-constant=true' }
  await secrets.create({
    metadata: { name, labels: { 'testsecret-constant': 'true' } },
    data: { key: base64('value') },
    type: 'Opaque',
  })
  const isListed = async () =>
    (await secrets.everywhere.list(selector)).items.some(
      ({ metadata }: Any) => metadata.name === name && metadata.namespace === secrets.namespace,
    )
  assert(await isListed())
  const patch = { metadata: { labels: { testsecret: 'true' } }, data: { key: base64('value1') } }
  await secrets.patch(name, patch, { type: 'strategic' })
  const { metadata, data } = await secrets.get(name)
  assert.deepEqual([metadata.labels.testsecret, data.key], ['true', base64('value1')])
  await secrets.deleteCollection({ labelSelector: 'testsecret=true' })
  assert(!(await isListed()))
})
