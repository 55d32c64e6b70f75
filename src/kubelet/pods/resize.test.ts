/** What may change in a running pod, and what of it is yet to be done. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  appliedTo,
  areSame,
  asGranted,
  effective,
  grantsOf,
  isApplied,
  isGranted,
  isIncreasing,
  needsRestart,
  sameAmounts,
} from './resize.ts'

const pod = (requests: object, more: object = {}) =>
  ({ metadata: {}, spec: { containers: [{ name: 'c', resources: { requests } }], ...more } }) as never
const whole = (resources: object) => pod({}, { resources })

test('a pod runs with what it has been granted, whatever it asks for since', () => {
  const before = pod({ cpu: '1' })
  const grants = grantsOf(before)
  assert.equal(isGranted(pod({ cpu: '1000m' }), grants), true)
  assert.deepEqual(asGranted(pod({ cpu: '2' }), grants), before)
})
test('so does a pod as a whole, one that had no size of its own too', () => {
  const before = whole({ requests: { cpu: '1' } })
  assert.deepEqual(asGranted(whole({ requests: { cpu: '2' } }), grantsOf(before)), before)
  assert.equal(isGranted(whole({ limits: { memory: '1Gi' } }), grantsOf(before)), false)
  assert.deepEqual(asGranted(before, grantsOf(pod({}))), pod({}))
})
test('grants are the same when the amounts are', () => {
  assert.equal(areSame(grantsOf(pod({ cpu: '1' })), grantsOf(pod({ cpu: '1000m' }))), true)
  assert.equal(areSame(grantsOf(whole({ requests: { cpu: '1' } })), grantsOf(whole({ requests: { cpu: '2' } }))), false)
})
const limitRows: readonly [string, object, object | undefined, object][] = [
  ["its own limit goes before its pod's", { limits: { cpu: '1' } }, { limits: { cpu: '2' } }, { cpu: '1' }],
  ["without one its pod's is its own", {}, { limits: { cpu: '2', memory: '1Gi' } }, { cpu: '2', memory: '1Gi' }],
  ['zero is no limit', { limits: { cpu: '0' } }, { limits: { cpu: '2' } }, { cpu: '2' }],
  ['nobody says', {}, undefined, {}],
]
for (const [rule, own, of, expected] of limitRows)
  test(`a container's limits: ${rule}`, () => assert.deepEqual(effective({ own, ...(of && { pod: of }) }).limits, expected))

const policy = {
  resizePolicy: [
    { resourceName: 'memory', restartPolicy: 'RestartContainer' },
    { resourceName: 'cpu', restartPolicy: 'NotRequired' },
  ],
}
const container = (limits: object) => ({ name: 'c', resources: { limits }, ...policy }) as never
test('a container is started anew only for what its policy says', () => {
  const applied = { own: { limits: { cpu: '1', memory: '1Gi' } } }
  assert.equal(needsRestart(pod({}), container({ cpu: '2', memory: '1Gi' }), applied), false)
  assert.equal(needsRestart(pod({}), container({ cpu: '1', memory: '2Gi' }), applied), true)
  assert.equal(sameAmounts({ limits: { cpu: '1000m', memory: '1Gi' } }, applied.own), true)
})
test('a limit of its pod that is its own concerns it, another one does not', () => {
  const [before, after] = [whole({ limits: { memory: '1Gi' } }), whole({ limits: { memory: '2Gi' } })]
  const [limited, unlimited] = [container({ memory: '512Mi' }), container({})]
  assert.equal(isApplied(after, limited, appliedTo(before, limited)), true)
  assert.equal(isApplied(after, unlimited, appliedTo(before, unlimited)), false)
  assert.equal(needsRestart(after, unlimited, appliedTo(before, unlimited)), true)
})
test('only more requests are more', () => {
  assert.equal(isIncreasing(pod({ cpu: '2' }), pod({ cpu: '1' })), true)
  assert.equal(isIncreasing(pod({ cpu: '1' }), pod({ cpu: '2' })), false)
  assert.equal(isIncreasing(whole({ limits: { cpu: '2' } }), whole({ limits: { cpu: '1' } })), false)
})
