/** What goes on when a part of the node dies: the kubelet, the daemon, a sandbox. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock, wait } from '#base/clock.ts'
import { createClient } from '#client/requests.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { startDaemon } from '#kubelet/runtime/daemon/daemon.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { log, NODE, NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})
const isReady = (pod: Pod | undefined) => pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
const first = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]

test('containers outlive the kubelet and are adopted without a restart', async () => {
  const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 1 }
  await cluster.create('stays', shell(WAITS, { readinessProbe }))
  const before = await cluster.until('stays', isReady)
  await cluster.create('vanishes', shell(WAITS))
  const gone = await cluster.until('vanishes', isReady)
  await cluster.create('ends', { ...shell('sleep 1'), restartPolicy: 'Never' })
  await cluster.until('ends', pod => pod?.status.phase === 'Running')
  await cluster.kubelet[Symbol.asyncDispose]()
  // While nobody looks one pod is deleted, and another one ends.
  await cluster.client.delete(Pod, { namespace: 'default', name: 'vanishes' }, { gracePeriodSeconds: 0 })
  await wait(systemClock, 1_000)
  await cluster.restartKubelet()
  await cluster.until('ends', pod => pod?.status.phase === 'Succeeded')
  const after = await cluster.get('stays')
  assert.equal(first(after)?.containerID, first(before)?.containerID)
  assert.equal(first(after)?.restartCount, 0)
  assert.equal(isReady(after), true)
  assert.equal(after.metadata.resourceVersion, before?.metadata.resourceVersion, 'adopting a pod writes nothing')
  const { observer } = cluster.kubelet.context
  const uid = (pod: Pod | undefined) => pod?.metadata.uid ?? ''
  const vanished = uid(gone)
  for (let tries = 0; observer.pods.has(vanished) || existsSync(join(cluster.folder, 'kubelet/pods', vanished)); tries++) {
    assert(tries < 1_000, 'what is left of the deleted pod is removed')
    await wait(systemClock, 50)
    await observer.refresh()
  }
  const folders = readdirSync(join(cluster.folder, 'kubelet/pods'))
  const uids = (await cluster.client.list(Pod, { namespace: 'default' })).items.map(({ metadata }) => metadata.uid)
  assert.deepEqual(
    folders.filter(folder => !uids.includes(folder)),
    [],
  )
})

test('what others say of a pod while its node is silent is put right when the node is back', async () => {
  await cluster.kubelet[Symbol.asyncDispose]()
  const condition = { type: 'Ready', status: 'False', reason: 'NodeIsSilent' }
  const stays = { namespace: 'default', name: 'stays' }
  await cluster.client.patch(Pod, stays, 'strategic', { status: { conditions: [condition] } }, { subresource: 'status' })
  await cluster.restartKubelet()
  const pod = await cluster.until('stays', isReady)
  assert.equal(pod?.status.conditions?.find(({ type }) => type === 'Ready')?.reason, undefined)
  // And so it is while the node speaks.
  await cluster.client.patch(Pod, stays, 'strategic', { status: { conditions: [condition] } }, { subresource: 'status' })
  await cluster.until('stays', isReady)
})

test('a kubelet that starts while the API cannot be reached lets what runs run, and goes on when it can', async () => {
  const before = await cluster.get('stays')
  await cluster.create('fails-meanwhile', shell('sleep 2; exit 1'))
  const failing = await cluster.until('fails-meanwhile', pod => pod?.status.phase === 'Running')
  let isDown = true
  const refuse = () => {
    if (isDown) throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6443'), { code: 'ECONNREFUSED' })
  }
  const { transport } = cluster.client
  const client = createClient({
    send: async request => {
      refuse()
      return transport.send(request)
    },
    async *watch(request) {
      refuse()
      yield* transport.watch(request)
    },
  })
  await cluster.restartKubelet({ client })
  const { observer } = cluster.kubelet.context
  // Of its pods it knows nothing yet: nothing is ended, and nothing that ended is started again.
  await eventually(async () => {
    await observer.refresh()
    const seen = observer.pods.get(failing?.metadata.uid ?? '')
    assert.equal(seen?.containers[0]?.phase, 'exited')
  })
  assert.equal(observer.pods.get(before.metadata.uid ?? '')?.containers[0]?.phase, 'running')
  await cluster.client.delete(Node, { name: NODE })
  isDown = false
  await cluster.kubelet.ready
  await eventually(async () => assert.ok(await cluster.client.get(Node, { name: NODE })))
  await cluster.until('fails-meanwhile', pod => (first(pod)?.restartCount ?? 0) > 0)
  const after = await cluster.get('stays')
  assert.deepEqual([first(after)?.containerID, first(after)?.restartCount], [first(before)?.containerID, 0])
})

test('containers outlive the daemon; pods that end meanwhile are seen when it is back', async () => {
  const before = await cluster.get('stays')
  await cluster.create('short', { ...shell('sleep 1'), restartPolicy: 'Never' })
  await cluster.until('short', pod => pod?.status.phase === 'Running')
  process.kill(cluster.daemon.pid, 'SIGKILL')
  while (existsSync(`/proc/${cluster.daemon.pid}/exe`)) await wait(systemClock, 20)
  await wait(systemClock, 1_200)
  const name = cluster.folder.slice(cluster.folder.lastIndexOf('/') + 1)
  await startDaemon({ clock: systemClock, log, folder: join(cluster.folder, 'containerd'), cluster: name })
  await cluster.until('short', pod => pod?.status.phase === 'Succeeded')
  assert.equal(first(await cluster.get('stays'))?.containerID, first(before)?.containerID)
  await cluster.create('later', { ...shell('true'), restartPolicy: 'Never' })
  await cluster.until('later', pod => pod?.status.phase === 'Succeeded')
})

test('a pod whose sandbox dies gets a new one', async () => {
  const before = await cluster.get('stays')
  const { runtime, observer } = cluster.kubelet.context
  const [sandbox] = observer.pods.get(before.metadata.uid ?? '')?.sandboxes ?? []
  const { info } = await runtime.podSandboxStatus({ podSandboxId: sandbox?.id ?? '', verbose: true })
  process.kill((JSON.parse(info['info'] ?? '{}') as { pid: number }).pid, 'SIGKILL')
  const after = await cluster.until('stays', pod => isReady(pod) && first(pod)?.containerID !== first(before)?.containerID)
  assert.equal(first(after)?.restartCount, 1)
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'involvedObject.name=stays' })
  assert.ok(items.some(({ reason }) => reason === 'SandboxChanged'))
})
