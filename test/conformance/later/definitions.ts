/** Custom resource definitions as objects. Run from the issue on that serves them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CustomResourceDefinition } from '#kinds/apiextensions/custom-resource-definition.ts'
import { definition, established } from '../support/definitions.ts'
import { checkDiscovery } from '../support/operations.ts'
import type { Any } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition creating/deleting custom resource definition objects works [Conformance]', async () => {
  const definitions = stage.resource(CustomResourceDefinition)
  const { metadata } = await established(stage, definition('simple'))
  await definitions.delete(metadata.name)
  await definitions.gone(metadata.name)
})

test('[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition listing custom resource definition objects works [Conformance]', async () => {
  const definitions = stage.resource(CustomResourceDefinition)
  const labels = { 'e2e-list-test': 'listed' }
  const selector = { labelSelector: 'e2e-list-test=listed' }
  const made: Any[] = []
  for (let i = 0; i < 10; i++) made.push(await established(stage, definition(`listed${i}`, { labels })))
  const other = await established(stage, definition('unlisted'))
  const { items } = await definitions.counted(10, selector)
  for (const { metadata, spec } of items) {
    const expected = made.find(one => one.metadata.name === metadata.name)
    assert.deepEqual(spec, expected.spec)
  }
  await definitions.deleteCollection(selector)
  await definitions.counted(0, selector)
  assert.equal((await definitions.get(other.metadata.name)).metadata.uid, other.metadata.uid)
})

test('[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition getting/updating/patching custom resource definition status sub-resource works [Conformance]', async () => {
  const definitions = stage.resource(CustomResourceDefinition)
  const { metadata, spec } = await established(stage, definition('status'))
  assert.deepEqual((await definitions.get(metadata.name, 'status')).spec, spec)
  const messages = ({ status }: Any): string[] => status.conditions.map(({ message }: Any) => message)
  // Conditions need neither type nor status to be stored: upstream does not check them either.
  const condition = (message: string) => ({ type: '', status: '', message })
  const updated = await definitions.change(metadata.name, draft => draft.status.conditions.push(condition('updated')), 'status')
  assert(messages(updated).includes('updated'))
  const patch = [{ op: 'add', path: '/status/conditions', value: [{ message: 'patched' }] }]
  const patched = await definitions.patch(metadata.name, patch, { type: 'json', subresource: 'status' })
  assert(messages(patched).includes('patched'))
})

test('[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] should include custom resource definition resources in discovery documents [Conformance]', () =>
  checkDiscovery(stage, CustomResourceDefinition))
