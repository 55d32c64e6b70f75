/** Namespaces that end with pods in them, which really run. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { eventually } from '../support/eventually.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, podsOf, shell } from '../support/pods.ts'
import { type Any, refused } from '../support/resource.ts'

const stage = useNodeStage()
const FINALIZER = 'e2e.example.com/finalizer'
const spec = { containers: [shell('trap "exit 0" TERM; while :; do sleep 0.1; done')] }

describe('namespaces with pods', AT_ONCE, () => {
  test('[sig-api-machinery] Namespaces should ensure that all pods are removed when a namespace is deleted [Conformance] [Serial]', async () => {
    const pods = await podsOf(stage, 'nsdeletetest')
    const namespaces = stage.resource(Namespace)
    await pods.run('test-pod', spec)
    await pods.running('test-pod')
    await namespaces.delete(pods.namespace)
    await eventually(() => refused('NotFound', namespaces.get(pods.namespace)))
    await namespaces.create({ metadata: { name: pods.namespace } })
    await refused('NotFound', pods.get('test-pod'))
  })

  test('[sig-api-machinery] OrderedNamespaceDeletion namespace deletion should delete pod first [Conformance]', async () => {
    const pods = await podsOf(stage, 'nsdeletetest')
    const namespaces = stage.resource(Namespace)
    const maps = pods.beside(ConfigMap)
    await pods.run('test-pod', spec, { finalizers: [FINALIZER] })
    await pods.running('test-pod')
    await maps.create({ metadata: { name: 'test-configmap' }, data: { key: 'value' } })
    await namespaces.delete(pods.namespace)
    // The pod has been told to end, and holds up everything else.
    await eventually(async () => {
      const { status } = await namespaces.get(pods.namespace)
      assert.equal(status.phase, 'Terminating')
      const told = new Map(status.conditions?.map(({ type, status, message }: Any) => [type, [status, message]]))
      assert(told.has('NamespaceDeletionContentFailure'))
      assert.deepEqual(told.get('NamespaceFinalizersRemaining'), [
        'True',
        `Some content in the namespace has finalizers remaining: ${FINALIZER} in 1 resource instances`,
      ])
    })
    assert((await pods.get('test-pod')).metadata.deletionTimestamp)
    assert.equal((await maps.get('test-configmap')).metadata.deletionTimestamp, undefined)
    await pods.patch('test-pod', { metadata: { finalizers: null } })
    await eventually(() => refused('NotFound', namespaces.get(pods.namespace)))
    for (const [resource, name] of [
      [pods, 'test-pod'],
      [maps, 'test-configmap'],
    ] as const)
      await refused('NotFound', resource.get(name))
  })
})
