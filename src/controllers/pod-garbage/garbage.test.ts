/** Which pods are garbage. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { NOW, podOf, stored } from '#test/support/workloads.ts'
import { ENDED_MAX, garbageIn, type Place } from './garbage.ts'

const node = (ready: string, key?: string) =>
  stored(Node, {
    metadata: { name: 'n1' },
    spec: { taints: key ? [{ key, effect: 'NoExecute' }] : [] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  })
const out = 'node.kubernetes.io/out-of-service'
const there: Place = { node: node('True') }
const missing = (seconds: number): Place => ({ node: undefined, missingSince: NOW - seconds * 1000 })
const outcome = (pod: ReturnType<typeof podOf>, place: Place) =>
  garbageIn([pod], () => place, NOW).map(({ disruption, hasFailed }) => disruption?.message ?? (hasFailed ? 'fails' : 'goes'))[0]

const rows: readonly [rule: string, is: string | undefined, wanted: string | undefined][] = [
  ['a pod on a node stays', outcome(podOf('p'), there), undefined],
  ['a node may be missing for a moment', outcome(podOf('p'), missing(39)), undefined],
  ['and not longer', outcome(podOf('p'), missing(40)), 'PodGC: node no longer exists'],
  ['a pod that goes and has no node has failed', outcome(podOf('p', { node: '', isTerminating: true }), there), 'fails'],
  ['or ended otherwise before', outcome(podOf('p', { node: '', phase: 'Succeeded', isTerminating: true }), there), 'goes'],
  ['one that waits for a node stays', outcome(podOf('p', { node: '' }), there), undefined],
  [
    'what goes on a node out of service is gone',
    outcome(podOf('p', { isTerminating: true }), { node: node('Unknown', out) }),
    'PodGC: pod terminating from out-of-service node',
  ],
  ['not while the node is ready', outcome(podOf('p', { isTerminating: true }), { node: node('True', out) }), undefined],
]
for (const [rule, is, wanted] of rows) test(rule, () => assert.equal(is, wanted))
test('of too many pods that have ended the oldest go', () => {
  const pods = Array.from({ length: ENDED_MAX + 2 }, (_, at) => podOf(`p${at}`, { phase: 'Succeeded', age: at }))
  assert.deepEqual(
    garbageIn(pods, () => there, NOW).map(({ pod }) => pod.metadata.name),
    [`p${ENDED_MAX + 1}`, `p${ENDED_MAX}`],
  )
})
test('but evicted ones first', () => {
  const evicted = podOf('e', { phase: 'Failed', age: 1, status: { reason: 'Evicted' } })
  const pods = [...Array.from({ length: ENDED_MAX }, (_, at) => podOf(`p${at}`, { phase: 'Succeeded', age: at + 2 })), evicted]
  assert.deepEqual(
    garbageIn(pods, () => there, NOW).map(({ pod }) => pod.metadata.name),
    ['e'],
  )
})
