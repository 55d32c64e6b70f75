/** A disk without any room left, of containers, volumes and logs alike: pods say so, who runs goes on, and all is well when there is room again. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { EVICTION_DEFAULT } from '#kubelet/eviction/thresholds.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  // Nobody is evicted before it is full.
  const settings = { eviction: { ...EVICTION_DEFAULT, thresholds: [] } }
  cluster = await NodeCluster.start(['busybox'], { settings }, { diskBytes: 96 * 1024 * 1024 })
})
after(() => cluster?.[Symbol.asyncDispose]())

const config = {
  ...shell(WAITS, { volumeMounts: [{ name: 'config', mountPath: '/config' }] }),
  volumes: [{ name: 'config', configMap: { name: 'config' } }],
}
async function told(name: string): Promise<string> {
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })
  return items.map(({ type, reason, message }) => `${type} ${reason} ${message}`).join('\n')
}
/** A file that takes all that is left, to the last byte. */
async function fill(): Promise<string> {
  const file = join(cluster.folder, 'fill')
  await run([
    'sh',
    '-c',
    'dd if=/dev/zero of="$0" bs=1M 2> /dev/null; dd if=/dev/zero of="$0" bs=1 oflag=append conv=notrunc count=4096 2> /dev/null; true',
    file,
  ])
  return file
}

test('on a full disk new pods wait and say why, running ones go on and can be deleted, and the node stays', async () => {
  await cluster.client.create(ConfigMap, { metadata: { namespace: 'default', name: 'config' }, data: { key: 'x'.repeat(8_192) } })
  await cluster.create('stays', shell(WAITS))
  await cluster.create('goes', shell(WAITS))
  const stays = await cluster.until('stays', pod => pod && isReady(pod))
  await cluster.until('goes', pod => pod && isReady(pod))
  const file = await fill()
  await cluster.create('plain', shell(WAITS))
  await cluster.create('configured', config)
  await eventually(async () => {
    assert.match(
      await told('configured'),
      /^Warning FailedMount MountVolume.SetUp failed for volume "config" : ENOSPC: no space left on device/m,
    )
    assert.match(await told('plain'), /^Warning Failed.*no space left on device/m)
  })
  for (const name of ['plain', 'configured']) assert.equal((await cluster.get(name)).status.phase, 'Pending')
  const { status } = await cluster.client.get(Node, { name: NODE })
  assert.equal(status.conditions?.find(({ type }) => type === 'Ready')?.status, 'True')
  await cluster.client.delete(Pod, { namespace: 'default', name: 'goes' })
  await cluster.until('goes', pod => pod === undefined)
  const containerId = stays?.status.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? ''
  const { containers } = await cluster.kubelet.context.runtime.listContainers({ filter: { id: containerId } })
  assert.equal(containers[0]?.state, 1)

  rmSync(file)
  for (const name of ['plain', 'configured']) await cluster.until(name, pod => pod && isReady(pod))
  const { status: after } = await cluster.get('stays')
  assert.deepEqual([after.phase, after.containerStatuses?.[0]?.restartCount], ['Running', 0])
})
