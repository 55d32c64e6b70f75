/** A node that runs short of disk, and pods that make more processes than they may, on real containers. The disk is a small one of the test's own. */
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { EVICTION_DEFAULT } from '#kubelet/eviction/thresholds.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

/** So long that the condition stays for the whole test. */
const TRANSITION_MS = 3_600_000
const PIDS_MAX = 40
let cluster: NodeCluster
let dataFolder: string
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
  dataFolder = join(cluster.folder, 'small')
  mkdirSync(dataFolder)
  await run(['mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dataFolder])
  const thresholds = [{ signal: 'nodefs.available', amount: '50%', graceMs: 0 }] as const
  await cluster.restartKubelet({
    dataFolder,
    settings: { eviction: { ...EVICTION_DEFAULT, thresholds, transitionMs: TRANSITION_MS }, podPidsMax: PIDS_MAX },
  })
})
after(() => cluster?.[Symbol.asyncDispose]())

const isRunning = (pod: Pod | undefined) => pod?.status.phase === 'Running'
const isOver = (pod: Pod | undefined) => pod && isTerminal(pod)
const diskPressure = async () => {
  const { status } = await cluster.client.get(Node, { name: NODE })
  return status.conditions?.find(({ type }) => type === 'DiskPressure')
}
const reasonsOf = async (name: string) =>
  (await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })).items.map(
    ({ reason }) => reason,
  )
const holding = (script: string) => ({
  ...shell(script, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
  volumes: [{ name: 'data', emptyDir: {} }],
})
/** system-cluster-critical */
const CRITICAL = { priority: 2_000_000_000 }

test('a pod that fills the disk is evicted, says why, and the node takes no more until there is room', async () => {
  await cluster.create('needed', { ...shell(WAITS), ...CRITICAL })
  await cluster.until('needed', isRunning)
  assert.equal((await diskPressure())?.status, 'False')

  await cluster.create('hog', holding(`dd if=/dev/zero of=/data/fill bs=1M count=40; ${WAITS}`))
  const hog = (await cluster.until('hog', isOver)) as Pod
  const { phase, reason, message = '', conditions = [] } = hog.status
  assert.deepEqual([phase, reason], ['Failed', 'Evicted'])
  assert.match(message, /^The node was low on resource: ephemeral-storage\. Threshold quantity: 32Mi, available: \d+\w*\. /)
  const target = conditions.find(({ type }) => type === 'DisruptionTarget')
  assert.deepEqual([target?.status, target?.reason, target?.message], ['True', 'TerminationByKubelet', message])

  await eventually(async () =>
    assert.deepEqual([(await diskPressure())?.status, (await diskPressure())?.reason], ['True', 'KubeletHasDiskPressure']),
  )
  await eventually(async () => {
    assert.ok((await reasonsOf('hog')).includes('Evicted'))
    const ofNode = await reasonsOf(NODE)
    assert.ok(ofNode.includes('EvictionThresholdMet') && ofNode.includes('NodeHasDiskPressure'), ofNode.join())
  })

  await cluster.create('late', shell(WAITS))
  const late = (await cluster.until('late', isOver)) as Pod
  assert.deepEqual(
    [late.status.phase, late.status.reason, late.status.message],
    ['Failed', 'Evicted', 'Pod was rejected: The node had condition: [DiskPressure]. '],
  )
  await cluster.create('also-needed', { ...shell(WAITS), ...CRITICAL })
  await cluster.until('also-needed', isRunning)
  assert.equal((await cluster.get('needed')).status.phase, 'Running')

  // What the hog held is free again: a kubelet that remembers nothing of the pressure finds none.
  await cluster.restartKubelet({ dataFolder, settings: { podPidsMax: PIDS_MAX } })
  await eventually(async () => assert.equal((await diskPressure())?.status, 'False'))
  await cluster.create('welcome', shell(WAITS))
  await cluster.until('welcome', isRunning)
  assert.equal((await cluster.get('hog')).status.reason, 'Evicted')
})

test('a pod has no more processes than the node gives it', async () => {
  const forks = 'i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done; exit 0'
  await cluster.create('forks', { ...shell(forks), restartPolicy: 'Never', ...CRITICAL })
  const pod = (await cluster.until('forks', isOver)) as Pod
  const exitCode = pod.status.containerStatuses?.[0]?.state.terminated?.exitCode
  assert.ok(exitCode !== undefined && exitCode !== 0, `ended with ${exitCode}`)
})
