/** The script of the behaviours "should have a working scale subresource". */
import assert from 'node:assert/strict'
import type { Resource } from './resource.ts'

/** An object of one replica is read through its scale, updated to two and patched to four. */
export async function runScale(resource: Resource, name: string): Promise<void> {
  const scale = await resource.get(name, 'scale')
  assert.deepEqual([scale.apiVersion, scale.kind, scale.spec.replicas], ['autoscaling/v1', 'Scale', 1])
  const updated = await resource.changeScale(name, 2)
  assert.equal(updated.spec.replicas, 2)
  assert.equal((await resource.get(name)).spec.replicas, 2)
  await resource.patch(name, { spec: { replicas: 4 } }, { type: 'strategic', subresource: 'scale' })
  assert.equal((await resource.get(name)).spec.replicas, 4)
}
