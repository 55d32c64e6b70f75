/** Quantities: canonical forms and arithmetic, as the API has always written them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addQuantities, canonicalQuantity, compareQuantities, milliOf, subtractQuantities, unitsOf } from './quantity.ts'

const canonical: readonly (readonly [text: string, want: string | undefined])[] = [
  ['0', '0'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['1.', '1'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1000', '1k'],
  ['1024', '1024'],
  ['1024Ki', '1Mi'],
  ['1.5Gi', '1536Mi'],
  ['512Ki', '512Ki'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['1E', '1E'],
  ['12e6', '12e6'],
  ['100Mi', '100Mi'],
  ['0.5Ki', '512'],
  ['1.0000000001', '1000000001n'],
  ['0.1n', '1n'],
  ['-1.5', '-1500m'],
  ['+2', '2'],
  ['', undefined],
  ['1.1.1', undefined],
  ['ten', undefined],
  ['1 Gi', undefined],
  ['1gi', undefined],
  ['1K', undefined],
  ['.', undefined],
]
for (const [text, want] of canonical) test(`canonical form of "${text}" is ${want}`, () => assert.equal(canonicalQuantity(text), want))

test('sums keep the format of their first part', () => {
  assert.equal(addQuantities('1Gi', '1024Mi'), '2Gi')
  assert.equal(addQuantities('500m', '1'), '1500m')
  assert.equal(addQuantities(undefined, '64Mi'), '64Mi')
  assert.equal(subtractQuantities('1', '100m'), '900m')
})
test('amounts compare by value, not by text', () => {
  assert.equal(compareQuantities('1Gi', '1024Mi'), 0)
  assert.equal(compareQuantities('1G', '1Gi'), -1)
  assert.equal(compareQuantities('2', '1500m'), 1)
})
test('millicores and bytes round up', () => {
  assert.equal(milliOf('100u'), 1)
  assert.equal(milliOf('2'), 2000)
  assert.equal(unitsOf('1500m'), 2)
  assert.equal(unitsOf('1Gi'), 2 ** 30)
})
