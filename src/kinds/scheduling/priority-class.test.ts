/** Rules of priority classes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causes } from '#test/support/kinds.ts'
import { PriorityClass } from './priority-class.ts'

for (const [rule, name, value, expected] of [
  ['a plain one is fine', 'high', 1_000, []],
  [
    'users stay below the system',
    'high',
    1_000_000_001,
    ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
  ],
  ['the system has its classes', 'system-node-critical', 2_000_001_000, []],
  [
    'and nobody else',
    'system-mine',
    1,
    [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
    ],
  ],
] as const)
  test(`PriorityClass: ${rule}`, () => assert.deepEqual(causes(PriorityClass, { metadata: { name }, value }), expected))

test('PriorityClass: its value never changes', () =>
  assert.deepEqual(causes(PriorityClass, { metadata: { name: 'a' }, value: 2 }, { metadata: { name: 'a' }, value: 1 }), [
    'value: Forbidden: may not be changed in an update.',
  ]))
