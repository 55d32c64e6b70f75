/** Huge pages that the machine sets aside: what the node tells of them, and volumes in them; on real containers. That control groups limit them is told by unit tests: not every machine has that controller. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

/** Of 2 MiB. */
const PAGES = '/sys/kernel/mm/hugepages/hugepages-2048kB'
const pages = (name: string) => Number(readFileSync(`${PAGES}/${name}`, 'utf8'))
const had = pages('nr_hugepages')
let cluster: NodeCluster
before(async () => {
  writeFileSync(`${PAGES}/nr_hugepages`, String(had + 8))
  assert.equal(pages('nr_hugepages'), had + 8, 'the machine has no room for huge pages')
  cluster = await NodeCluster.start(['busybox'])
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  writeFileSync(`${PAGES}/nr_hugepages`, String(had))
})
const asking = (amount: string) => ({
  limits: { 'hugepages-2Mi': amount, memory: '32Mi', cpu: '100m' },
  requests: { 'hugepages-2Mi': amount },
})
const volume = (medium: string) => ({ volumes: [{ name: 'v', emptyDir: { medium } }] })
const mounted = { volumeMounts: [{ name: 'v', mountPath: '/pages' }] }

test('the node tells of them', async () => {
  const { status } = await cluster.client.get(Node, { name: NODE })
  const expected = `${(had + 8) * 2}Mi`
  assert.deepEqual([status.capacity?.['hugepages-2Mi'], status.allocatable?.['hugepages-2Mi']], [expected, expected])
})
test('a volume holds them for as long as its pod is there', async () => {
  const free = pages('free_hugepages')
  const script = `fallocate -l 4M /pages/f && echo kept; ${WAITS}`
  await cluster.create('keeps', { ...shell(script, { resources: asking('4Mi'), ...mounted }), ...volume('HugePages-2Mi') })
  await cluster.until('keeps', pod => pod?.status.phase === 'Running')
  await eventually(async () => assert.equal(free - pages('free_hugepages'), 2))
  await cluster.client.delete(Pod, { namespace: 'default', name: 'keeps' })
  await cluster.until('keeps', seen => seen === undefined)
  assert.equal(pages('free_hugepages'), free)
})
test('medium HugePages is of the size for which the pod asks', async () => {
  const script = 'grep " /pages hugetlbfs .*pagesize=2M" /proc/mounts'
  await cluster.create('asks', {
    ...shell(script, { resources: asking('2Mi'), ...mounted }),
    restartPolicy: 'Never',
    ...volume('HugePages'),
  })
  const pod = await cluster.until('asks', seen => seen && isTerminal(seen))
  assert.equal(pod?.status.phase, 'Succeeded')
})
test('a pod that asks for none gets no volume of them', async () => {
  await cluster.create('asks-nothing', { ...shell('true', mounted), ...volume('HugePages') })
  await eventually(async () => {
    const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'involvedObject.name=asks-nothing' })
    assert.ok(
      items.some(({ message }) =>
        message?.endsWith('medium HugePages: hugePages storage requested, but there is no resource request for huge pages'),
      ),
    )
  })
})
test('the node takes no pod for which it has not enough', async () => {
  await cluster.create('asks-too-much', shell('true', { resources: asking('64Gi') }))
  const pod = await cluster.until('asks-too-much', seen => seen && isTerminal(seen))
  assert.equal(pod?.status.reason, 'OutOfhugepages-2Mi')
})
