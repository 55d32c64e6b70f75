/** What a pod counts for while its size changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countedLimitsOf, countedRequestsOf, heldRequestsOf } from './held-resources.ts'

const one = (requests: object, limits: object = {}) => ({ containers: [{ name: 'c', resources: { requests, limits } }] })
const told = (resources: object, allocatedResources: object) => ({ containerStatuses: [{ name: 'c', resources, allocatedResources }] })
const never = { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }] }
const later = { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Deferred' }] }
const whole = (cpu: string) => ({ resources: { requests: { cpu } }, containers: [{ name: 'c' }] })
const wholeTold = (cpu: string, granted: string) => ({
  resources: { requests: { cpu, memory: '1Gi' } },
  allocatedResources: { cpu: granted },
})

const rows: readonly [string, object, object | undefined, object][] = [
  ['one of which nothing is told counts as what it asks for', one({ cpu: '1' }), undefined, { cpu: '1' }],
  ['one that grows counts at once', one({ cpu: '2' }), told({ requests: { cpu: '1' } }, { cpu: '1' }), { cpu: '2' }],
  ['one that shrinks counts until it has', one({ cpu: '1' }), told({ requests: { cpu: '2' } }, { cpu: '1' }), { cpu: '2' }],
  ['what is granted counts', one({ cpu: '1' }), told({ requests: { cpu: '1' } }, { cpu: '3' }), { cpu: '3' }],
  ['what waits counts', one({ cpu: '2' }), { ...told({ requests: { cpu: '1' } }, { cpu: '1' }), ...later }, { cpu: '2' }],
  ['what can never be does not', one({ cpu: '9' }), { ...told({ requests: { cpu: '1' } }, { cpu: '2' }), ...never }, { cpu: '2' }],
  ['a pod as a whole that grows', whole('2'), wholeTold('1', '1'), { cpu: '2' }],
  ['a pod as a whole that shrinks', whole('1'), wholeTold('2', '1'), { cpu: '2' }],
  ['a pod as a whole that can never', whole('9'), { ...wholeTold('1', '2'), ...never }, { cpu: '2' }],
  ['what the status adds up of a pod without a size of its own is no size', { containers: [{ name: 'c' }] }, wholeTold('1', '1'), {}],
]
for (const [rule, spec, status, expected] of rows) test(rule, () => assert.deepEqual(heldRequestsOf({ spec, status } as never), expected))

test('quotas count the largest of each container, and of a pod as a whole what it asks for', () => {
  const pod = { spec: one({ cpu: '1' }, { cpu: '2' }), status: told({ requests: { cpu: '3' }, limits: { cpu: '4' } }, {}) } as never
  assert.deepEqual([countedRequestsOf(pod), countedLimitsOf(pod)], [{ cpu: '3' }, { cpu: '4' }])
  assert.deepEqual(countedRequestsOf({ spec: whole('1'), status: wholeTold('2', '2') } as never), { cpu: '1' })
})
test('a plain init container counts as what it asks for', () => {
  const spec = { containers: [], initContainers: [{ name: 'c', resources: { requests: { cpu: '1' } } }] }
  const status = { initContainerStatuses: [{ name: 'c', resources: { requests: { cpu: '2' } } }] }
  assert.deepEqual(heldRequestsOf({ spec, status } as never), { cpu: '1' })
})
