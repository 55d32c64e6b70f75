/** Rules of the order in which problems of a body are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inDocumentOrder } from './document-order.ts'

const VALUE = { spec: { odd: 1, replicas: 3, template: { containers: [{ name: 'a' }, { port: 1, name: 'b' }] }, last: 0 } }
for (const [rule, given, expected] of [
  [
    'unknown and repeated fields are told as they come',
    ['duplicate field "spec.replicas"', 'unknown field "spec.odd"', 'unknown field "spec.last"'],
    ['unknown field "spec.odd"', 'duplicate field "spec.replicas"', 'unknown field "spec.last"'],
  ],
  [
    'what stands inside comes where it stands',
    ['unknown field "spec.last"', 'duplicate field "spec.template.containers[1].port"'],
    ['duplicate field "spec.template.containers[1].port"', 'unknown field "spec.last"'],
  ],
  [
    'what stands nowhere comes last, in the order given',
    ['unknown field "b"', 'unknown field "a"', 'unknown field "spec.last"'],
    ['unknown field "spec.last"', 'unknown field "b"', 'unknown field "a"'],
  ],
] as const)
  test(rule, () => assert.deepEqual(inDocumentOrder(given, VALUE), expected))
