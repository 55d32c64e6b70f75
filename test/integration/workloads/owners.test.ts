/** Who counts as an owner, seen through the API on virtual time: what refers to somebody who is none is collected. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { Pod } from '#kinds/core/pod.ts'
import { perform } from '#test/support/scenario/commands.ts'
import { World } from '#test/support/scenario/world.ts'

let world: World
let owner: ConfigMap
before(async () => {
  world = await World.open(['a'])
  for (const name of ['near', 'far']) await world.client.create(Namespace, { metadata: { name } })
  owner = await world.client.create(ConfigMap, { metadata: { name: 'owner', namespace: 'near' } })
})
after(() => world?.[Symbol.asyncDispose]())

/** Whether an object that names this owner is still there when everything has come to rest. */
async function stays(
  name: string,
  {
    namespace = 'near',
    ...other
  }: { readonly namespace?: string; readonly kind?: string; readonly name?: string; readonly uid?: string } = {},
): Promise<boolean> {
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid as string, ...other }
  await world.client.create(ConfigMap, { metadata: { name, namespace, ownerReferences: [reference] } })
  await world.runUntilQuiet()
  return (await world.client.list(ConfigMap, { namespace })).items.some(({ metadata }) => metadata.name === name)
}

test('an object stays as long as its owner', async () => assert.equal(await stays('owned'), true))
test('an owner of another UID is none', async () => assert.equal(await stays('older', { uid: 'u' }), false))
test('nor is one of another name', async () => assert.equal(await stays('renamed', { name: 'other' }), false))
test('nor one of another kind', async () => assert.equal(await stays('misnamed', { kind: 'Secret' }), false))
test('nor one in another namespace, which is told', async () => {
  assert.equal(await stays('elsewhere', { namespace: 'far' }), false)
  const told = (await world.client.list(Event, { namespace: 'far' })).items.map(({ reason, message }) => `${reason}: ${message}`)
  assert.deepEqual(told, [
    `OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: far, name: owner, uid: ${owner.metadata.uid}] does not exist in namespace "far"`,
  ])
})
test('a pod that is its own owner stays', async () => {
  await perform(world, 'apply pod self')
  const place = { namespace: 'default', name: 'self' }
  const { metadata } = await world.client.get(Pod, place)
  const reference = { apiVersion: 'v1', kind: 'Pod', name: 'self', uid: metadata.uid }
  await world.client.patch(Pod, place, 'merge', { metadata: { ownerReferences: [reference] } })
  await world.runUntilQuiet()
  assert.equal((await world.client.list(Pod)).items.length, 1)
})
