/** How a resize is told: in conditions and in events. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resizeConditions, resizeStateIn, stageAt } from './resize-conditions.ts'
import { resizeMessage } from './resize-message.ts'

const stage = stageAt(undefined, { reason: 'Deferred', message: 'm', generation: 2 }, 1000)
test('what is told already is not told anew', () => {
  assert.equal(stageAt(stage, { reason: 'Deferred', message: 'm', generation: 2 }, 2000), stage)
})
test('the time of a reason is that at which it began', () => {
  assert.deepEqual(stageAt(stage, { reason: 'Deferred', message: 'other', generation: 3 }, 2000), {
    reason: 'Deferred',
    message: 'other',
    generation: 3,
    since: 1000,
    probedAt: 2000,
  })
  assert.equal(stageAt(stage, { reason: 'Error', message: 'm', generation: 2 }, 2000).since, 2000)
})
test('conditions say it, and are understood again after a restart', () => {
  const state = { pending: stage, progress: stageAt(undefined, { generation: 1 }, 500_000) }
  const conditions = resizeConditions(state)
  assert.deepEqual(
    conditions.map(({ type, status, reason, message, observedGeneration }) => [type, status, reason, message, observedGeneration]),
    [
      ['PodResizePending', 'True', 'Deferred', 'm', 2],
      ['PodResizeInProgress', 'True', undefined, undefined, 1],
    ],
  )
  assert.deepEqual(resizeStateIn({ conditions }), state)
  assert.deepEqual(resizeConditions(resizeStateIn({})), [])
})
test('events tell the sizes that are wanted, as Go writes them', () => {
  const resources = { requests: { memory: '1Gi', cpu: '1' }, limits: { cpu: '2' } }
  const pod = { spec: { initContainers: [{ name: 'i' }], containers: [{ name: 'c', resources }] } } as never
  assert.equal(
    resizeMessage(pod, 'error', { generation: 3, error: 'why' }),
    'Pod resize error: {"initContainers":[{"name":"i","resources":{}}],"containers":[{"name":"c","resources":{"limits":{"cpu":"2"},"requests":{"cpu":"1","memory":"1Gi"}}}],"generation":3,"error":"why"}',
  )
})
