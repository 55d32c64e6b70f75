/** What may change in a running container, and when it cannot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asGranted, grantsOf, isGranted, needsRestart, pendingOf, sameAmounts } from './resize.ts'

const pod = (requests: object, more: object = {}) =>
  ({ metadata: {}, spec: { containers: [{ name: 'c', resources: { requests }, ...more }] } }) as never
const allocatable = { cpu: '4', memory: '8Gi' }
const rows: readonly [string, object, readonly object[], string | undefined][] = [
  ['there is room', { cpu: '2' }, [{ cpu: '1' }], undefined],
  ['never enough', { cpu: '5' }, [], "Infeasible Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"],
  [
    'not enough beside the others',
    { cpu: '2' },
    [{ cpu: '1500m' }, { cpu: '1' }],
    "Deferred Node didn't have enough resource: cpu, requested: 2000, used: 2500, capacity: 4000",
  ],
  ['memory', { memory: '9Gi' }, [], "Infeasible Node didn't have enough capacity: memory, requested: 9663676416, capacity: 8589934592"],
]
for (const [rule, asked, others, expected] of rows)
  test(rule, () => {
    const pending = pendingOf(pod(asked), { allocatable, others: others.map(requests => pod(requests)) })
    assert.equal(pending && `${pending.reason} ${pending.message}`, expected)
  })
test('a pod runs with what it has been granted, whatever it asks for since', () => {
  const before = pod({ cpu: '1' })
  const grants = grantsOf(before)
  assert.equal(isGranted(pod({ cpu: '1000m' }), grants), true)
  assert.deepEqual(asGranted(pod({ cpu: '2' }), grants), before)
})
test('a container is started anew only for what its policy says', () => {
  const policy = {
    resizePolicy: [
      { resourceName: 'memory', restartPolicy: 'RestartContainer' },
      { resourceName: 'cpu', restartPolicy: 'NotRequired' },
    ],
  }
  const container = (limits: object) => ({ name: 'c', resources: { limits }, ...policy }) as never
  const applied = { limits: { cpu: '1', memory: '1Gi' } }
  assert.equal(needsRestart(container({ cpu: '2', memory: '1Gi' }), applied), false)
  assert.equal(needsRestart(container({ cpu: '1', memory: '2Gi' }), applied), true)
  assert.equal(sameAmounts({ limits: { cpu: '1000m', memory: '1Gi' } }, applied), true)
})
