/** The objects of storage: every verb that they have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { CSIDriver } from '#kinds/storage/csi-driver.ts'
import { CSINode } from '#kinds/storage/csi-node.ts'
import { CSIStorageCapacity } from '#kinds/storage/csi-storage-capacity.ts'
import { StorageClass } from '#kinds/storage/storage-class.ts'
import { VolumeAttachment } from '#kinds/storage/volume-attachment.ts'
import { VolumeAttributesClass } from '#kinds/storage/volume-attributes-class.ts'
import { eventually } from '../support/eventually.ts'
import { runLifecycle } from '../support/lifecycle.ts'
import { runOperations } from '../support/operations.ts'
import { type Any, refused } from '../support/resource.ts'
import { useStage } from '../support/stage.ts'

const stage = useStage()

test('[sig-storage] CSIStorageCapacity should support CSIStorageCapacities API operations [Conformance]', () =>
  runOperations(stage, {
    kind: CSIStorageCapacity,
    object: { nodeTopology: {}, storageClassName: 'example-storage-class', capacity: '1Gi', maximumVolumeSize: '512Mi' },
  }))

test('[sig-storage] StorageClasses CSI Conformance should run through the lifecycle of a StorageClass [Conformance]', () =>
  runLifecycle(stage.resource(StorageClass), { object: name => ({ metadata: { name }, provisioner: 'e2e-fake-provisioner' }) }))

test('[sig-storage] CSINodes CSI Conformance should run through the lifecycle of a csinode [Conformance]', () =>
  runLifecycle(stage.resource(CSINode), { object: name => ({ metadata: { name }, spec: { drivers: [] } }), patchType: 'strategic' }))

test('[sig-storage] VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through the lifecycle of a VolumeAttributesClass [Conformance]', () =>
  runLifecycle(stage.resource(VolumeAttributesClass), {
    object: name => ({ metadata: { name }, driverName: 'e2e-fake-csi-driver', parameters: { foo: 'bar' } }),
  }))

/** An attachment to a node of the cluster, as upstream's test makes it. */
async function attachmentTo(): Promise<(name: string) => Any> {
  const { items } = await eventually(async () => {
    const list = await stage.resource(Node).list()
    assert(list.items.length > 0, 'the cluster has no nodes')
    return list
  })
  const nodeName = items[0].metadata.name
  return name => ({
    metadata: { name },
    spec: { attacher: 'e2e-test.storage.k8s.io', nodeName, source: { persistentVolumeName: `pv-${name}` } },
  })
}
test('[sig-storage] VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment [Conformance]', async () =>
  runLifecycle(stage.resource(VolumeAttachment), { object: await attachmentTo() }))

test('[sig-storage] VolumeAttachment Conformance should apply changes to a volumeattachment status [Conformance]', async () => {
  const attachments = stage.resource(VolumeAttachment)
  const attachment = await attachmentTo()
  await attachments.create(attachment('va-status'))
  const patched = await attachments.patch('va-status', { metadata: { labels: { 'va-status': 'patched' } } })
  assert.equal(patched.metadata.labels['va-status'], 'patched')
  assert.equal((await attachments.get('va-status', 'status')).status.attached, false)
  const attached = await attachments.patch('va-status', { status: { attached: true } }, { subresource: 'status' })
  assert.equal(attached.status.attached, true)
  const updated = await attachments.change('va-status', ({ status }) => (status.attached = false), 'status')
  assert.equal(updated.status.attached, false)
  await attachments.delete('va-status')
  await attachments.counted(0, { labelSelector: 'va-status=patched' })
})

test('[sig-storage] CSIInlineVolumes should run through the lifecycle of a CSIDriver [Conformance]', async () => {
  const drivers = stage.resource(CSIDriver)
  const driver = (name: string, ...volumeLifecycleModes: string[]) => ({
    metadata: { name, labels: { 'e2e-test': 'csi' } },
    spec: { volumeLifecycleModes, fsGroupPolicy: 'ReadWriteOnceWithFSType' },
  })
  const first = driver('inline-driver-1', 'Ephemeral')
  const made = [await drivers.create(first), await drivers.create(driver('inline-driver-2', 'Persistent', 'Ephemeral'))]
  await refused('AlreadyExists', drivers.create(first))
  for (const { metadata } of made) assert.equal((await drivers.get(metadata.name)).metadata.uid, metadata.uid)
  const patched = await drivers.patch('inline-driver-2', { metadata: { labels: { 'inline-driver-2': 'patched' } } }, { type: 'strategic' })
  assert.equal(patched.metadata.labels['inline-driver-2'], 'patched')
  const updated = await drivers.change('inline-driver-2', ({ metadata }) => (metadata.labels['inline-driver-2'] = 'updated'))
  assert.equal(updated.metadata.labels['inline-driver-2'], 'updated')
  await drivers.counted(2, { labelSelector: 'e2e-test=csi' })
  await drivers.delete('inline-driver-1')
  await drivers.gone('inline-driver-1')
  await drivers.deleteCollection({ labelSelector: 'inline-driver-2=updated' })
  await drivers.gone('inline-driver-2')
})

test('[sig-storage] CSIInlineVolumes should support CSIVolumeSource in Pod API [Conformance]', async () => {
  const namespace = await stage.namespace('csiinlinevolumes')
  await eventually(() => stage.resource(ServiceAccount, namespace).get('default'))
  const pods = stage.resource(Pod, namespace)
  const name = 'pod-csi-inline-volumes'
  const driver = 'e2e.example.com'
  const pod = {
    metadata: { name },
    spec: {
      volumes: [
        { name: 'vol1', csi: { driver } },
        { name: 'vol2', csi: { driver, fsType: 'ext4', readOnly: true } },
      ],
      containers: [
        {
          name,
          image: 'busybox',
          command: ['sh', '-c', 'ls /mnt/*'],
          volumeMounts: [
            { name: 'vol1', mountPath: '/mnt/vol1' },
            { name: 'vol2', mountPath: '/mnt/vol2' },
          ],
        },
      ],
    },
  }
  const made = await pods.create(pod)
  await refused('AlreadyExists', pods.create(pod))
  const { metadata, spec } = await pods.get(name)
  assert.equal(metadata.uid, made.metadata.uid)
  assert.deepEqual(
    pod.spec.volumes.map(({ name: volume }) => spec.volumes.find((one: Any) => one.name === volume)),
    pod.spec.volumes,
  )
  await pods.counted(1, {})
  const patched = await pods.patch(name, { metadata: { annotations: { patched: 'true' } } })
  assert.equal(patched.metadata.annotations.patched, 'true')
  await pods.delete(name)
  const after = await pods.get(name).catch((error: unknown) => {
    if (!isRefusal(error, 'NotFound')) throw error
  })
  assert(after === undefined || after.metadata.deletionTimestamp)
})
