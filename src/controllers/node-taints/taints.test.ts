/** Rules by which conditions become taints. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '#kinds/core/node.ts'
import { wantedTaints } from './taints.ts'

const node = (conditions: Record<string, string>, taints: readonly object[] = [], unschedulable = false) =>
  ({
    spec: { taints, unschedulable },
    status: { conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) },
  }) as unknown as Node
const gpu = { key: 'gpu', effect: 'NoSchedule' }
const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

const rows: [rule: string, node: Node, taints: readonly string[]][] = [
  ['a ready node has none', node({ Ready: 'True' }, [notReady]), []],
  ['taints of others stay', node({ Ready: 'True' }, [gpu, notReady]), ['gpu:NoSchedule']],
  [
    'a node that is not ready repels and drives away',
    node({ Ready: 'False' }),
    ['node.kubernetes.io/not-ready:NoSchedule', 'node.kubernetes.io/not-ready:NoExecute'],
  ],
  [
    'a silent node is unreachable',
    node({ Ready: 'Unknown' }, [notReady]),
    ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
  ],
  ['pressure repels', node({ Ready: 'True', DiskPressure: 'True' }), ['node.kubernetes.io/disk-pressure:NoSchedule']],
  ['a node that has not spoken yet keeps its first taint', node({}, [notReady]), ['node.kubernetes.io/not-ready:NoSchedule']],
  ['a cordoned node says so', node({ Ready: 'True' }, [], true), ['node.kubernetes.io/unschedulable:NoSchedule']],
  ['an uncordoned node does not', node({ Ready: 'True' }, [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]), []],
]
for (const [rule, subject, taints] of rows)
  test(rule, () =>
    assert.deepEqual(
      wantedTaints(subject, '2030-01-01T00:00:00Z', true).map(({ key, effect }) => `${key}:${effect}`),
      taints,
    ),
  )
test('nobody is driven away where that is not allowed', () => {
  const driving = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
  assert.deepEqual(
    wantedTaints(node({ Ready: 'Unknown' }, [driving]), '2030-01-01T00:00:00Z', false).map(({ effect }) => effect),
    ['NoSchedule'],
  )
})
