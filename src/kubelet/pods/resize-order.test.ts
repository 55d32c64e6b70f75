/** Who gets what is left first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWaiting, type Waiting } from './resize-order.ts'

const pod = (cpu: string, spec: object = {}, limits: object = {}) =>
  ({ spec: { containers: [{ name: 'c', resources: { requests: { cpu, memory: '1Gi' }, limits } }], ...spec } }) as never
const grows: Waiting = { pod: pod('2'), granted: pod('1'), since: 100 }
const shrinks: Waiting = { pod: pod('1'), granted: pod('2'), since: undefined }
const rows: readonly [string, Waiting, Waiting][] = [
  ['who wants less', shrinks, grows],
  ['who has the higher priority', { ...grows, pod: pod('2', { priority: 10 }), since: 200 }, grows],
  ['who is guaranteed', { ...grows, pod: pod('2', {}, { cpu: '2', memory: '1Gi' }), since: 200 }, grows],
  ['who has waited longer', grows, { ...grows, since: 200 }],
  ['who has waited before who has not', grows, { ...grows, since: undefined }],
]
for (const [rule, first, second] of rows)
  test(`${rule} comes first`, () => {
    assert.ok(compareWaiting(first, second) < 0)
    assert.ok(compareWaiting(second, first) > 0)
  })
test('alike are alike', () => assert.equal(compareWaiting(shrinks, shrinks), 0))
