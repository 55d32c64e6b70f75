/** Pod templates, nodes and runtime classes as objects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { PodTemplate } from '#kinds/core/pod-template.ts'
import { RuntimeClass } from '#kinds/node/runtime-class.ts'
import { runOperations } from '../support/operations.ts'
import { assertNewer } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()
const template = { spec: { containers: [{ name: 'nginx', image: 'nginx' }] } }

test('[sig-node] PodTemplates should run the lifecycle of PodTemplates [Conformance]', async () => {
  const templates = stage.resource(PodTemplate, await stage.namespace('podtemplates'))
  const selector = { labelSelector: 'podtemplate-static=true' }
  const name = 'nginx-pod-template'
  await templates.everywhere.counted(0, selector)
  await templates.create({ metadata: { name, labels: { 'podtemplate-static': 'true' } }, template })
  assert.equal((await templates.get(name)).metadata.name, name)
  await templates.patch(name, { metadata: { labels: { podtemplate: 'patched' } } }, { type: 'strategic' })
  assert.equal((await templates.get(name)).metadata.labels.podtemplate, 'patched')
  await templates.everywhere.counted(1, { labelSelector: 'podtemplate-static=true,podtemplate=patched' })
  await templates.delete(name)
  await templates.everywhere.counted(0, selector)
})

test('[sig-node] PodTemplates should delete a collection of pod templates [Conformance]', async () => {
  const templates = stage.resource(PodTemplate, await stage.namespace('podtemplates'))
  const selector = { labelSelector: 'podtemplate-set=true' }
  for (const i of [1, 2, 3])
    await templates.create({ metadata: { name: `test-podtemplate-${i}`, labels: { 'podtemplate-set': 'true' } }, template })
  await templates.counted(3, selector)
  await templates.deleteCollection(selector)
  await templates.counted(0, selector)
})

test('[sig-node] PodTemplates should replace a pod template [Conformance]', async () => {
  const templates = stage.resource(PodTemplate, await stage.namespace('podtemplates'))
  await templates.create({ metadata: { name: 'replaced' }, template })
  const updated = await templates.change('replaced', draft => (draft.metadata.annotations = { updated: 'true' }))
  assert.equal(updated.metadata.annotations.updated, 'true')
  assert.equal((await templates.get('replaced')).metadata.annotations.updated, 'true')
})

test('[sig-node] Node Lifecycle should run through the lifecycle of a node [Conformance]', async () => {
  const nodes = stage.resource(Node)
  const name = 'e2e-fake-node'
  const made = await nodes.create({
    metadata: { name },
    spec: { unschedulable: true },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', reason: 'E2E', message: 'Set from e2e test' }] },
  })
  assert.equal((await nodes.get(name)).metadata.name, name)
  const patched = await nodes.patch(name, { metadata: { labels: { [name]: 'patched' } } }, { type: 'strategic' })
  assert.equal(patched.metadata.labels[name], 'patched')
  assertNewer(patched, made)
  await nodes.counted(1, { labelSelector: `${name}=patched` })
  const updated = await nodes.change(name, draft => (draft.metadata.labels[name] = 'updated'))
  assert.equal(updated.metadata.labels[name], 'updated')
  await nodes.delete(name)
  await nodes.gone(name)
})

test('[sig-node] RuntimeClass should support RuntimeClasses API operations [Conformance]', () =>
  runOperations(stage, { kind: RuntimeClass, object: { handler: 'e2e-handler' } }))
