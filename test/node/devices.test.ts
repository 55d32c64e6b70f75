/** Pods that claim devices: they start when a driver on the node has prepared them, and not before. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { startTestDriver } from '#test/support/test-driver.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

const DRIVER = 'gpu.example.com'
let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
})

/** As the scheduler would leave it. */
async function allocate(claim: string, pod: { name: string; uid: string }): Promise<string> {
  const request = { name: 'one', exactly: { deviceClassName: 'gpu' } }
  const made = await cluster.client.create(ResourceClaim, {
    metadata: { namespace: 'default', name: claim },
    spec: { devices: { requests: [request] } },
  } as unknown as Partial<ResourceClaim>)
  const results = [{ request: 'one', driver: DRIVER, pool: NODE, device: 'd0' }]
  const status = { allocation: { devices: { results } }, reservedFor: [{ resource: 'pods', ...pod }] }
  await cluster.client.update(ResourceClaim, { ...made, status }, { subresource: 'status' })
  return made.metadata.uid as string
}
/** The first event of that reason. */
async function told(reason: string): Promise<string | undefined> {
  const { items, metadata } = await cluster.client.list(Event, { namespace: 'default' })
  const known = items.find(each => each.reason === reason)
  if (known) return known.message
  const { resourceVersion } = metadata
  const watched = { namespace: 'default', resourceVersion, signal: AbortSignal.timeout(60_000) }
  for await (const { object } of cluster.client.watch(Event, watched)) if (object.reason === reason) return object.message
  return undefined
}

test('a pod waits for its driver, keeps its devices over a restart, and gives them back', async () => {
  const claims = { resourceClaims: [{ name: 'gpu', resourceClaimName: 'mine' }] }
  const pod = await cluster.create('web', { ...shell(WAITS, { resources: { claims: [{ name: 'gpu' }] } }), ...claims })
  const uid = await allocate('mine', { name: 'web', uid: pod.metadata.uid as string })
  const failure = 'Failed to prepare dynamic resources: prepare dynamic resources:'
  assert.match((await told('FailedPrepareDynamicResources')) ?? '', new RegExp(`^${failure} `))
  assert.equal((await cluster.get('web')).status.phase, 'Pending')

  await using driver = await startTestDriver(join(cluster.folder, 'kubelet', 'plugins_registry'), DRIVER)
  driver.namesDevices = false
  await cluster.until('web', seen => seen?.status.phase === 'Running')
  assert.deepEqual(driver.calls, [`prepare ${uid}`])
  await cluster.restartKubelet()
  await cluster.until('web', seen => seen?.status.containerStatuses?.[0]?.ready)
  await cluster.client.delete(Pod, { namespace: 'default', name: 'web' })
  await cluster.until('web', seen => seen === undefined)
  assert.deepEqual(driver.calls, [`prepare ${uid}`, `release ${uid}`])
})
