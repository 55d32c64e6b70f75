/** In which order sizes change: a pod grows before its containers, and shrinks after them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Change, resizePlan, shrinkingMemory } from './resize-plan.ts'

const change = (name: string, from: object, to: object): Change => ({
  container: { name } as never,
  id: name,
  from: { own: from },
  to: { own: to },
})
const limits = (cpu: string, memory: string) => ({ limits: { cpu, memory } })
const v1 = (quota: string, shares: string, memory: string) => ({
  'cpu/cpu.cfs_quota_us': quota,
  'cpu/cpu.shares': shares,
  'memory/memory.limit_in_bytes': memory,
  'pids/pids.max': 'max',
})
const planned = (...input: Parameters<typeof resizePlan>) =>
  resizePlan(...input).map(step =>
    step.do === 'group' ? Object.entries(step.files).join() : `${step.change.id} ${Object.values(step.applied.own.limits ?? {}).join(' ')}`,
  )

const rows: readonly [string, Parameters<typeof resizePlan>, readonly string[]][] = [
  ['nothing changes', [v1('1', '2', '3'), v1('1', '2', '3'), []], []],
  [
    'more: the limit, the weight, then the container; memory before CPU',
    [v1('1000', '10', '100'), v1('2000', '20', '200'), [change('a', limits('1', '1Mi'), limits('2', '2Mi'))]],
    ['memory/memory.limit_in_bytes,200', 'a 2Mi 1', 'cpu/cpu.cfs_quota_us,2000', 'cpu/cpu.shares,20', 'a 2 2Mi'],
  ],
  [
    'less: the container, the weight, then the limit',
    [v1('2000', '20', '200'), v1('1000', '10', '100'), [change('a', limits('2', '2Mi'), limits('1', '1Mi'))]],
    ['a 1Mi 2', 'memory/memory.limit_in_bytes,100', 'a 1 1Mi', 'cpu/cpu.shares,10', 'cpu/cpu.cfs_quota_us,1000'],
  ],
  [
    'of several containers those that get less come first',
    [{}, {}, [change('a', limits('1', '1Mi'), limits('2', '1Mi')), change('b', limits('2', '1Mi'), limits('1', '1Mi'))]],
    ['b 1 1Mi', 'a 2 1Mi'],
  ],
  [
    'a limit where there was none is less',
    [v1('-1', '2', '9223372036854771712'), v1('1000', '2', '100'), []],
    ['memory/memory.limit_in_bytes,100', 'cpu/cpu.cfs_quota_us,1000'],
  ],
  [
    'version 2',
    [
      { 'cpu.max': 'max 100000', 'cpu.weight': '1', 'memory.max': '100' },
      { 'cpu.max': '1000 100000', 'cpu.weight': '2', 'memory.max': 'max' },
      [],
    ],
    ['memory.max,max', 'cpu.weight,2', 'cpu.max,1000 100000'],
  ],
]
for (const [rule, input, expected] of rows) test(rule, () => assert.deepEqual(planned(...input), expected))

test("a container without a limit changes with its pod's", () => {
  const one: Change = {
    container: { name: 'a' } as never,
    id: 'a',
    from: { own: {}, pod: limits('1', '1Mi') },
    to: { own: {}, pod: limits('1', '2Mi') },
  }
  const steps = resizePlan({}, {}, [one])
  assert.equal(steps.length, 1)
  assert.deepEqual(shrinkingMemory({}, {}, [{ ...one, from: one.to, to: one.from }]), {
    pod: undefined,
    containers: [{ name: 'a', limit: 1_048_576 }],
  })
})
test('what gets smaller is looked at first', () => {
  const [now, next] = [v1('1', '2', '200'), v1('1', '2', '100')]
  assert.deepEqual(shrinkingMemory(now, next, []), { pod: 100, containers: [] })
  assert.deepEqual(shrinkingMemory(next, now, []), { pod: undefined, containers: [] })
  assert.deepEqual(shrinkingMemory({}, {}, [change('a', { limits: {} }, { limits: { memory: '1Ki' } })]).containers, [
    { name: 'a', limit: 1024 },
  ])
})
