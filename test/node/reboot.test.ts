/** The machine is switched off and on: of what ran only files are left, the boot id is another, and the pods run again, each once. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

const BOOT_ID = '6ba7b810-9dad-41d1-80b4-00c04fd430c8'
let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const first = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]
const until = async (name: string, holds: (pod: Pod) => unknown): Promise<Pod> =>
  (await cluster.until(name, pod => pod && holds(pod))) as Pod

test('after a reboot pods run again, those that are never restarted have failed, and nothing of before is left', async () => {
  await cluster.client.create(ConfigMap, { metadata: { namespace: 'default', name: 'config' }, data: { key: 'value' } })
  const volumes = [
    { name: 'config', configMap: { name: 'config' } },
    { name: 'disk', emptyDir: {} },
    { name: 'memory', emptyDir: { medium: 'Memory' } },
  ]
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }))
  const sidecar = { ...shell(WAITS).containers[0], name: 'sidecar', restartPolicy: 'Always' }
  const setup = { ...shell('cat /config/key >> /disk/kept', { volumeMounts }).containers[0], name: 'setup' }
  await cluster.create('web', { ...shell(WAITS, { volumeMounts }), initContainers: [setup, sidecar], volumes })
  await cluster.create('once', { ...shell(WAITS), restartPolicy: 'Never' })
  await cluster.create('over', { ...shell('exit 0'), restartPolicy: 'Never' })
  await cluster.create('deleted', shell(WAITS))
  const before = await until('web', isReady)
  const once = await until('once', isReady)
  const over = await until('over', ({ status }) => status.phase === 'Succeeded')
  const deleted = await until('deleted', isReady)

  await cluster.reboot(BOOT_ID, () => cluster.client.delete(Pod, { namespace: 'default', name: 'deleted' }, { gracePeriodSeconds: 0 }))

  const web = await until('web', pod => isReady(pod) && (first(pod)?.restartCount ?? 0) > 0)
  assert.equal(web.metadata.uid, before.metadata.uid)
  assert.deepEqual([first(web)?.restartCount, first(web)?.lastState.terminated?.exitCode], [1, 255])
  assert.notEqual(first(web)?.containerID, first(before)?.containerID)
  const failed = await until('once', ({ status }) => status.phase === 'Failed')
  assert.deepEqual(
    [first(failed)?.containerID, first(failed)?.restartCount, first(failed)?.state.terminated?.exitCode],
    [first(once)?.containerID, 0, 255],
  )
  assert.deepEqual((await cluster.get('over')).status.containerStatuses, over.status.containerStatuses)
  // The disk has what it had, and the init container has run once more.
  const path = (name: string) => join(cluster.folder, 'kubelet/pods', web.metadata.uid ?? '', 'volumes', name)
  assert.equal(readFileSync(join(path('kubernetes.io~empty-dir/disk'), 'kept'), 'utf8'), 'valuevalue')
  assert.equal(readFileSync(join(path('kubernetes.io~configmap/config'), 'key'), 'utf8'), 'value')

  await eventually(async () => {
    const { status } = await cluster.client.get(Node, { name: NODE })
    assert.equal(status.nodeInfo?.bootID, BOOT_ID)
  })
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${NODE}` })
  assert.deepEqual(
    items.filter(({ reason }) => reason === 'Rebooted').map(({ type, message }) => [type, message]),
    [['Warning', `Node ${NODE} has been rebooted, boot id: ${BOOT_ID}`]],
  )

  await eventually(async () => {
    const { runtime } = cluster.kubelet.context
    const [sandboxes, { containers }] = await Promise.all([
      runtime.listPodSandbox({}),
      runtime.listContainers({ filter: { state: { state: 1 } } }),
    ])
    assert.equal(sandboxes.items.filter(({ state }) => state === 0).length, 1, 'sandboxes')
    assert.deepEqual(containers.map(({ labels }) => labels['io.kubernetes.container.name'] ?? '').toSorted(), ['c', 'sidecar'])
    assert.equal(globSync('ipam/*/*.*.*.*', { cwd: cluster.folder }).length, 1, 'addresses')
    assert.ok(!sandboxes.items.some(({ labels }) => labels['io.kubernetes.pod.uid'] === deleted.metadata.uid))
    const { mounts, cgroups } = await findLeftovers({ cluster: cluster.folder.slice('/tmp/'.length), root: cluster.folder })
    assert.equal(mounts.filter(({ isNetworkNamespace }) => isNetworkNamespace).length, 1, 'network namespaces')
    const strangers = [deleted, once, over].map(({ metadata }) => metadata.uid ?? '')
    assert.deepEqual(
      [...mounts.map(mount => mount.path), ...cgroups].filter(line => strangers.some(uid => line.includes(uid))),
      [],
    )
  })
})
