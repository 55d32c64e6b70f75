/** Persistent volumes and their claims as objects. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { type Any, type Resource } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

interface Pair {
  readonly volumes: Resource
  readonly claims: Resource
}
/** A volume and the claim for it, found by a storage class of their own; both are named and labelled alike. */
async function create({ volumes, claims }: Pair, name: string): Promise<readonly [Any, Any]> {
  const metadata = { name, labels: { 'e2e-pv-pvc': name } }
  const shared = { accessModes: ['ReadWriteOnce'], storageClassName: name }
  const csi = { driver: 'e2e-driver.example.com', volumeHandle: name }
  return [
    await volumes.create({ metadata, spec: { ...shared, capacity: { storage: '2Gi' }, csi, persistentVolumeReclaimPolicy: 'Retain' } }),
    await claims.create({ metadata, spec: { ...shared, resources: { requests: { storage: '1Gi' } } } }),
  ]
}
const pairOf = async (): Promise<Pair> => ({
  volumes: stage.resource(PersistentVolume),
  claims: stage.resource(PersistentVolumeClaim, await stage.namespace('pv')),
})

test('[sig-storage] PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC [Conformance]', async () => {
  const pair = await pairOf()
  const { volumes, claims } = pair
  const made = await create(pair, 'pv-first')
  await volumes.counted(1, { labelSelector: 'e2e-pv-pvc=pv-first' })
  await claims.counted(1, {})
  for (const [i, resource] of [volumes, claims].entries()) {
    const patched = await resource.patch('pv-first', { metadata: { labels: { 'pv-first': 'patched' } } }, { type: 'strategic' })
    assert.equal(patched.metadata.labels['pv-first'], 'patched')
    assert.equal((await resource.get('pv-first')).metadata.uid, made[i].metadata.uid)
  }
  for (const resource of [claims, volumes]) {
    await resource.delete('pv-first')
    await resource.gone('pv-first')
  }
  await create(pair, 'pv-second')
  for (const resource of [volumes, claims]) {
    const updated = await resource.change('pv-second', ({ metadata }) => (metadata.labels['pv-second'] = 'updated'))
    assert.equal(updated.metadata.labels['pv-second'], 'updated')
  }
  const selector = { labelSelector: 'pv-second=updated' }
  for (const resource of [claims, volumes]) {
    await resource.counted(1, selector)
    await resource.deleteCollection(selector)
    await resource.counted(0, selector)
  }
})

test('[sig-storage] PersistentVolumes CSI Conformance should apply changes to a pv/pvc status [Conformance]', async () => {
  const pair = await pairOf()
  const { volumes, claims } = pair
  await create(pair, 'pv-status')
  await volumes.counted(1, { labelSelector: 'e2e-pv-pvc=pv-status' })
  await claims.counted(1, {})
  assert.match((await claims.get('pv-status', 'status')).status.phase, /^(Pending|Bound|Lost)$/)
  assert.match((await volumes.get('pv-status', 'status')).status.phase, /^(Pending|Available|Bound|Released|Failed)$/)

  const condition = (type: string) => ({ type, status: 'True', reason: 'E2E', message: 'Set from e2e test' })
  const types = ({ status }: Any): string[] => status.conditions.map(({ type }: Any) => type)
  const claimPatch = { status: { conditions: [condition('StatusPatched')] } }
  assert.deepEqual(types(await claims.patch('pv-status', claimPatch, { type: 'strategic', subresource: 'status' })), ['StatusPatched'])
  const volumePatch = { status: { message: 'StatusPatched', reason: 'E2E patchStatus' } }
  const { status } = await volumes.patch('pv-status', volumePatch, { type: 'strategic', subresource: 'status' })
  assert.deepEqual([status.message, status.reason], ['StatusPatched', 'E2E patchStatus'])

  const claim = await claims.change('pv-status', draft => draft.status.conditions.push(condition('StatusUpdated')), 'status')
  assert.deepEqual(types(claim), ['StatusPatched', 'StatusUpdated'])
  const volume = await volumes.change(
    'pv-status',
    draft => Object.assign(draft.status, { message: 'StatusUpdated', reason: 'E2E updateStatus' }),
    'status',
  )
  assert.deepEqual([volume.status.message, volume.status.reason], ['StatusUpdated', 'E2E updateStatus'])
})
