/** What is read off kubelets, what follows from two readings, and how often they are asked. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { Meter } from './meter.ts'
import { parseSamples, type Sample, useBetween } from './samples.ts'
import { nodeMetrics, podMetrics } from './told.ts'

const sample = (at: number, cpuSeconds: number, memoryBytes = 1): Sample => ({ at, cpuSeconds, memoryBytes })

const lines: readonly [rule: string, text: string, node: Sample | undefined, containers: Readonly<Record<string, Sample>>][] = [
  ['a node has no labels', 'node_cpu_usage_seconds_total 2.5 1000\nnode_memory_working_set_bytes 4096 1000\n', sample(1000, 2.5, 4096), {}],
  [
    'labels name a container, in any order',
    [
      'container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} 1 2000',
      'container_memory_working_set_bytes{pod="p",container="c",namespace="n"} 7 2000',
    ].join('\n'),
    undefined,
    { 'n/p/c': sample(2000, 1, 7) },
  ],
  ['without a time it is now', 'node_cpu_usage_seconds_total 1\nnode_memory_working_set_bytes 1e3', sample(99, 1, 1000), {}],
  ['half a reading is none', 'node_cpu_usage_seconds_total 1', undefined, {}],
  [
    'remarks, other series and what is no number are passed over',
    '# HELP node_cpu_usage_seconds_total x\nresource_scrape_error 0\nnode_cpu_usage_seconds_total NaN\nnonsense\n',
    undefined,
    {},
  ],
]
for (const [rule, text, node, containers] of lines)
  test(rule, () => assert.deepEqual(parseSamples(text, 99), { node, containers: new Map(Object.entries(containers)) }))

const uses: readonly [rule: string, before: Sample | undefined, after: Sample | undefined, wanted: object | undefined][] = [
  ['processor time by time', sample(1000, 1), sample(3000, 2, 9), { at: 3000, windowMs: 2000, cpuNanoCores: 500_000_000, memoryBytes: 9 }],
  ['one reading says nothing', undefined, sample(1000, 1), undefined],
  ['nor do two of one moment', sample(1000, 1), sample(1000, 2), undefined],
  ['nor do two lives of a container', sample(1000, 5), sample(3000, 1), undefined],
]
for (const [rule, before, after, wanted] of uses) test(rule, () => assert.deepEqual(useBetween(before, after), wanted))

const running = (...names: string[]) => ({ containerStatuses: names.map(name => ({ name, state: { running: {} } })) })
const podOf = (status: object) => ({ metadata: { name: 'p', namespace: 'n', labels: { app: 'x' } }, status }) as unknown as Pod
const of = (at: number, cpuSeconds: number, ...containers: string[]) => ({
  node: sample(at, cpuSeconds, 2048),
  containers: new Map(containers.map(name => [`n/p/${name}`, sample(at, cpuSeconds, 2048)])),
})
const before = of(Date.parse('2030-01-01T00:00:00Z'), 1, 'a', 'b')
const after = of(Date.parse('2030-01-01T00:00:10Z'), 2, 'a', 'b')
const told = { timestamp: '2030-01-01T00:00:10Z', window: '10s' }
const usage = { cpu: '100m', memory: '2Ki' }
test('a node is told with its average and its working set', () => {
  const node = { metadata: { name: 'node' } } as unknown as Node
  const metadata = { name: 'node', creationTimestamp: told.timestamp }
  assert.deepEqual(nodeMetrics(node, { before, after }), { metadata, ...told, usage })
})
test('a pod is told with its labels and each running container', () => {
  const metadata = { name: 'p', namespace: 'n', labels: { app: 'x' }, creationTimestamp: told.timestamp }
  const containers = ['a', 'b'].map(name => ({ name, usage }))
  assert.deepEqual(podMetrics(podOf(running('a', 'b')), { before, after }), { metadata, ...told, containers })
})
test('a pod with a container that was not measured is not told', () =>
  assert.equal(podMetrics(podOf(running('a', 'new')), { before, after }), undefined))
test('a pod in which nothing runs is not told', () => assert.equal(podMetrics(podOf({}), { before, after }), undefined))

/** A meter whose kubelet tells ever more, and what it was asked at. */
function metered() {
  const clock = new VirtualClock(0)
  const asked: number[] = []
  const meter = new Meter({
    clock,
    ask: async () => {
      asked.push(clock.now())
      return `node_cpu_usage_seconds_total ${asked.length}\nnode_memory_working_set_bytes 1\n`
    },
  })
  const read = async () => {
    const reading = meter.read('n')
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    clock.advance(clock.now() + 1_000)
    return await reading
  }
  return { clock, asked, meter, read }
}
test('who asks first waits for two readings, a second apart', async () => {
  const { asked, read } = metered()
  const { before, after } = await read()
  assert.deepEqual([before.node?.cpuSeconds, after.node?.cpuSeconds, asked], [1, 2, [0, 1000]])
})
test('several who ask at once share them', async () => {
  const { asked, read, meter } = metered()
  const [one, other] = await Promise.all([meter.read('n'), read()])
  assert.equal(one, other)
  assert.equal(asked.length, 2)
})
const later: readonly [rule: string, afterMs: number, askedMore: number][] = [
  ['fresh readings are told again', 3_000, 0],
  ['older ones become the first of the next two', 20_000, 1],
  ['stale ones are replaced', 90_000, 2],
]
for (const [rule, afterMs, askedMore] of later)
  test(rule, async () => {
    const { clock, asked, read } = metered()
    await read()
    clock.advance(clock.now() + afterMs)
    await read()
    assert.equal(asked.length, 2 + askedMore)
  })
test('a kubelet that fails is asked anew', async () => {
  let fails = true
  const clock = new VirtualClock(0)
  const ask = async () => (fails ? Promise.reject(new Error('down')) : '')
  const meter = new Meter({ clock, ask })
  await assert.rejects(meter.read('n'), /down/)
  fails = false
  const reading = meter.read('n')
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  clock.advance(clock.now() + 1_000)
  assert.equal((await reading).after.node, undefined)
})
