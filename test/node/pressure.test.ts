/** A node that is short of memory, of processes or of disk for images, on real containers. Nothing is used up for it: the thresholds lie above what there is. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Signal } from '#kubelet/eviction/signals.ts'
import { EVICTION_DEFAULT } from '#kubelet/eviction/thresholds.ts'
import { quantityValue } from '#schema/quantity.ts'
import { THRESHOLDS } from '#kubelet/images/garbage.ts'
import { collectContainers } from '#kubelet/pods/collect-containers.ts'
import { NOTHING_OBSERVED } from '#kubelet/pods/observed.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox', 'printer'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const isRunning = (pod: Pod | undefined) => pod?.status.phase === 'Running'
const isOver = (pod: Pod | undefined) => pod && isTerminal(pod)
const condition = async (type: string) => {
  const { status } = await cluster.client.get(Node, { name: NODE })
  const found = status.conditions?.find(one => one.type === type)
  return [found?.status, found?.reason]
}
const reasonsOf = async (name: string) => {
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })
  return items.map(({ reason }) => reason)
}
/** From now on the node counts as short of `signal` below `amount`, and no longer than that is so. */
const withThreshold = (signal: Signal, amount: string) =>
  cluster.restartKubelet({
    settings: {
      eviction: { ...EVICTION_DEFAULT, thresholds: [{ signal, amount, graceMs: 0 }], transitionMs: 1_000 },
      images: { ...THRESHOLDS, ageMinMs: 0 },
    },
  })
/** More memory than is ever available, and not all: what lies below a threshold is not for pods, and some of them ask for memory. */
async function nearlyAll(): Promise<string> {
  const { status } = await cluster.client.get(Node, { name: NODE })
  return String(quantityValue(status.capacity?.['memory'] ?? '') - FOR_PODS_BYTES)
}
const FOR_PODS_BYTES = 256 * 1024 * 1024
const PRINTER = 'knarr.test/printer:1'
/** system-cluster-critical */
const CRITICAL = { priority: 2_000_000_000 }
const BURSTABLE = { resources: { requests: { memory: '1Mi' } } }

test('short of memory: one pod after the other is evicted, those of best effort are refused, critical ones stay', async () => {
  await cluster.create('needed', { ...shell(WAITS), ...CRITICAL })
  await cluster.create('greedy', shell(`head -c 30m /dev/zero > /dev/shm/fill; ${WAITS}`))
  await cluster.create('modest', shell(WAITS, { resources: { requests: { memory: '64Mi' } } }))
  for (const name of ['needed', 'greedy', 'modest']) await cluster.until(name, isRunning)
  assert.deepEqual(await condition('MemoryPressure'), ['False', 'KubeletHasSufficientMemory'])

  await withThreshold('memory.available', await nearlyAll())
  const greedy = (await cluster.until('greedy', isOver)) as Pod
  const { phase, reason, message = '', conditions = [] } = greedy.status
  assert.deepEqual([phase, reason], ['Failed', 'Evicted'])
  assert.match(
    message,
    /^The node was low on resource: memory\. Threshold quantity: \d+\w*, available: \d+\w*\. Container c was using \d+\w*, request is 0, has larger consumption of memory\. $/,
  )
  const target = conditions.find(({ type }) => type === 'DisruptionTarget')
  assert.deepEqual([target?.status, target?.reason, target?.message], ['True', 'TerminationByKubelet', message])
  await eventually(async () => assert.deepEqual(await condition('MemoryPressure'), ['True', 'KubeletHasInsufficientMemory']))
  await eventually(async () => assert.ok((await reasonsOf(NODE)).includes('NodeHasInsufficientMemory')))
  assert.ok((await reasonsOf('greedy')).includes('Evicted'))

  await cluster.create('late', shell(WAITS))
  const late = (await cluster.until('late', isOver)) as Pod
  assert.deepEqual(
    [late.status.phase, late.status.reason, late.status.message],
    ['Failed', 'Evicted', 'Pod was rejected: The node had condition: [MemoryPressure]. '],
  )
  // Who asks for memory is let in, and has its turn.
  await cluster.create('asks', shell(WAITS, BURSTABLE))
  await cluster.until('asks', pod => isRunning(pod) || (pod?.status.containerStatuses?.[0]?.state.terminated && isOver(pod)))
  await cluster.until('modest', isOver)
  assert.equal((await cluster.get('needed')).status.phase, 'Running')

  await withThreshold('memory.available', '1Mi')
  await eventually(async () => assert.deepEqual(await condition('MemoryPressure'), ['False', 'KubeletHasSufficientMemory']))
  await cluster.create('welcome', shell(WAITS))
  await cluster.until('welcome', isRunning)
  assert.ok((await reasonsOf(NODE)).includes('NodeHasSufficientMemory'))
})

test('short of processes: the pod that has most of them is evicted, and all others are refused but the critical', async () => {
  const forks = 'i=0; while [ $i -lt 20 ]; do sleep 1000 & i=$((i+1)); done'
  await cluster.create('many', shell(`${forks}; ${WAITS}`))
  await cluster.until('many', isRunning)
  assert.deepEqual(await condition('PIDPressure'), ['False', 'KubeletHasSufficientPID'])

  await withThreshold('pid.available', '10M')
  const many = (await cluster.until('many', isOver)) as Pod
  assert.deepEqual([many.status.phase, many.status.reason], ['Failed', 'Evicted'])
  assert.match(many.status.message ?? '', /^The node was low on resource: pids\. Threshold quantity: 10M, available: \d+\w*\. $/)
  await eventually(async () => assert.deepEqual(await condition('PIDPressure'), ['True', 'KubeletHasInsufficientPID']))

  await cluster.create('refused', shell(WAITS, BURSTABLE))
  const refused = (await cluster.until('refused', isOver)) as Pod
  assert.deepEqual(
    [refused.status.phase, refused.status.reason, refused.status.message],
    ['Failed', 'Evicted', 'Pod was rejected: The node had condition: [PIDPressure]. '],
  )
  assert.equal((await cluster.get('needed')).status.phase, 'Running')

  await withThreshold('pid.available', '1')
  await eventually(async () => assert.deepEqual(await condition('PIDPressure'), ['False', 'KubeletHasSufficientPID']))
  await cluster.create('welcome-again', shell(WAITS))
  await cluster.until('welcome-again', isRunning)
})

/** What the runtime knows of a pod. */
async function containersOf({ metadata }: Pod): Promise<readonly string[]> {
  const { observer } = cluster.kubelet.context
  await observer.refresh()
  const { containers, sandboxes } = observer.pods.get(metadata.uid ?? '') ?? NOTHING_OBSERVED
  return [...containers.map(({ phase }) => phase), ...sandboxes.map(({ isReady }) => (isReady ? 'sandbox' : 'stopped sandbox'))]
}
async function imageNames(): Promise<string> {
  const { images } = await cluster.kubelet.context.runtime.listImages({})
  return images.flatMap(({ repoTags }) => repoTags).join(' ')
}

test('short of disk for images: what has ended goes, then images that nobody uses; of pods that are evicted nothing stays', async () => {
  await collectContainers(cluster.kubelet.context)
  assert.deepEqual(await containersOf(await cluster.get('many')), [])
  assert.equal((await cluster.get('many')).status.reason, 'Evicted')

  await cluster.create('over', { restartPolicy: 'Never', containers: [{ name: 'c', image: PRINTER, imagePullPolicy: 'Never' }] })
  const over = (await cluster.until('over', isOver)) as Pod
  // Of another pod that is over the containers stay, for who reads their logs.
  await collectContainers(cluster.kubelet.context)
  await eventually(async () => assert.deepEqual(await containersOf(over), ['exited', 'stopped sandbox']))
  assert.ok((await imageNames()).includes(PRINTER))

  await withThreshold('imagefs.available', '100%')
  await eventually(async () => assert.deepEqual(await containersOf(over), []))
  await eventually(async () => assert.ok(!(await imageNames()).includes(PRINTER)))
  assert.ok((await imageNames()).includes('busybox'), 'what runs keeps its image')
  assert.equal((await cluster.get('needed')).status.phase, 'Running')
  const { status } = await cluster.get('over')
  assert.deepEqual(status.containerStatuses?.[0]?.state, over.status.containerStatuses?.[0]?.state)
})
