/** Who goes first, and what is said of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/core/pod.ts'
import type { Starved } from './signals.ts'
import { type Candidate, sentence, victims } from './victims.ts'

interface Given {
  readonly requests?: Readonly<Record<string, string>>
  readonly priority?: number
  readonly annotations?: Readonly<Record<string, string>>
}
const candidate = (name: string, used: number | undefined, { requests = {}, priority = 0, annotations = {} }: Given = {}): Candidate => ({
  pod: {
    metadata: { name, annotations },
    spec: { priority, containers: [{ name: 'c', resources: { requests } }] },
    status: {},
  } as unknown as Pod,
  used,
})
const mebi = (amount: number) => amount * 1024 * 1024

const rows: readonly [rule: string, resource: Starved, candidates: readonly Candidate[], expected: string][] = [
  ['who uses most goes first', 'memory', [candidate('a', mebi(10)), candidate('b', mebi(30)), candidate('c', mebi(20))], 'b c a'],
  [
    'who uses more than it asked for goes before who does not, however much that is',
    'memory',
    [candidate('modest', mebi(500), { requests: { memory: '600Mi' } }), candidate('greedy', mebi(20), { requests: { memory: '10Mi' } })],
    'greedy modest',
  ],
  [
    'of those, the less important goes first',
    'memory',
    [candidate('important', mebi(500), { priority: 10 }), candidate('other', mebi(20))],
    'other important',
  ],
  [
    'what was asked for does not count as use',
    'memory',
    [candidate('a', mebi(100), { requests: { memory: '90Mi' } }), candidate('b', mebi(50), { requests: { memory: '10Mi' } })],
    'b a',
  ],
  ['of whom nothing is known goes first', 'memory', [candidate('known', mebi(500)), candidate('unknown', undefined)], 'unknown known'],
  [
    'critical, static and mirror pods never go',
    'memory',
    [
      candidate('critical', mebi(500), { priority: 2_000_000_000 }),
      candidate('mirror', mebi(500), { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
      candidate('static', mebi(500), { annotations: { 'kubernetes.io/config.source': 'file' } }),
      candidate('common', mebi(1)),
    ],
    'common',
  ],
  ['processes cannot be asked for: importance decides', 'pids', [candidate('many', 900, { priority: 1 }), candidate('few', 2)], 'few many'],
  ['then their number', 'pids', [candidate('few', 2), candidate('many', 900)], 'many few'],
  [
    'disk is asked for as ephemeral storage',
    'ephemeral-storage',
    [candidate('a', mebi(10)), candidate('b', mebi(30), { requests: { 'ephemeral-storage': '1Gi' } })],
    'a b',
  ],
]
for (const [rule, resource, candidates, expected] of rows)
  test(rule, () =>
    assert.equal(
      victims(candidates, resource)
        .map(({ metadata }) => metadata.name)
        .join(' '),
      expected,
    ),
  )

const threshold = { signal: 'memory.available', amount: '10%', graceMs: 0 } as const
test('the message names the threshold and the containers above their requests', () => {
  const { pod } = candidate('a', 0, { requests: { memory: '1Mi' } })
  const reading = { available: mebi(50), capacity: mebi(1000) }
  const { message, annotations } = sentence(pod, { threshold, resource: 'memory', reading, containers: [{ name: 'c', used: mebi(200) }] })
  assert.equal(
    message,
    'The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container c was using 200Mi, request is 1Mi, has larger consumption of memory. ',
  )
  assert.deepEqual(annotations, { offending_containers: 'c', offending_containers_usage: '200Mi', starved_resource: 'memory' })
})
test('processes are counted without binary suffixes', () => {
  const accusation = {
    threshold: { ...threshold, amount: '2k' },
    resource: 'pids',
    reading: { available: 2048, capacity: 32_768 },
    containers: [],
  } as const
  assert.equal(
    sentence(candidate('a', 1).pod, accusation).message,
    'The node was low on resource: pids. Threshold quantity: 2k, available: 2048. ',
  )
})
