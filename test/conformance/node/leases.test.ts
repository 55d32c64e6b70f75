/** Leases as objects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lease } from '#kinds/coordination/lease.ts'
import { refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-node] Lease lease API should be available [Conformance]', async () => {
  const leases = stage.resource(Lease, await stage.namespace('lease-test'))
  const spec = (holder: string, seconds: number, transitions: number) => ({
    holderIdentity: holder,
    leaseDurationSeconds: seconds,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:05.000001Z',
    leaseTransitions: transitions,
  })
  await leases.create({ metadata: { name: 'lease' }, spec: spec('holder', 30, 0) })
  assert.deepEqual((await leases.get('lease')).spec, spec('holder', 30, 0))
  await leases.change('lease', draft => (draft.spec = spec('holder2', 30, 1)))
  assert.deepEqual((await leases.get('lease')).spec, spec('holder2', 30, 1))
  await leases.patch('lease', { spec: spec('holder3', 60, 2) }, { type: 'strategic' })
  assert.deepEqual((await leases.get('lease')).spec, spec('holder3', 60, 2))

  await leases.create({ metadata: { name: 'lease2', labels: { deletecollection: 'true' } }, spec: spec('holder', 30, 0) })
  await leases.counted(2, {})
  await leases.deleteCollection({ labelSelector: 'deletecollection=true' })
  const { items } = await leases.counted(1, {})
  assert.equal(items[0].metadata.name, 'lease')
  await leases.delete('lease')
  await refused('NotFound', leases.get('lease'))
})
