/** Quantities: canonical forms, arithmetic, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliQuantity,
  milliValue,
  parseQuantity,
  quantityOf,
  quantityToNumber,
  quantityValue,
  subtractQuantities,
} from './quantity.ts'

const forms: readonly (readonly [given: string, canonical: string])[] = [
  ['0', '0'],
  ['0Ki', '0'],
  ['-0', '0'],
  ['1', '1'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['1.', '1'],
  ['+2', '2'],
  ['007', '7'],
  ['1.500', '1500m'],
  ['1000', '1k'],
  ['1000k', '1M'],
  ['1500k', '1500k'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1023Ki', '1023Ki'],
  ['1Ei', '1Ei'],
  ['16Ei', '9223372036854775807'],
  ['0.5Ki', '512'],
  ['1000Ki', '1000Ki'],
  ['0.0001Ki', '102400u'],
  ['100m', '100m'],
  ['1n', '1n'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['1.0000000001', '1000000001n'],
  ['1e3', '1e3'],
  ['1E3', '1e3'],
  ['1E', '1E'],
  ['12e6', '12e6'],
  ['1e-3', '1e-3'],
  ['100e1', '1e3'],
  ['-1.5Gi', '-1536Mi'],
  ['128974848', '128974848'],
  ['129e6', '129e6'],
  ['129M', '129M'],
  ['123Mi', '123Mi'],
  ['99999999999999999999', '99999999999999999999'],
]
for (const [given, canonical] of forms) {
  test(`${given} is written ${canonical}`, () => {
    assert.equal(canonicalQuantity(given), canonical)
    assert.equal(formatQuantity(parseQuantity(given)), canonical)
  })
}

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const SUFFIX = "unable to parse quantity's suffix"
const refused: readonly (readonly [given: string, message: string])[] = [
  ['', FORMAT],
  ['x', FORMAT],
  ['1 Gi', FORMAT],
  ['1.2.3', FORMAT],
  ['1x', FORMAT],
  ['1KI', FORMAT],
  ['1GB', FORMAT],
  ['1ki', SUFFIX],
  ['1mi', SUFFIX],
  ['1e', SUFFIX],
  ['1e9999999', SUFFIX],
]
for (const [given, message] of refused)
  test(`${JSON.stringify(given)} is no quantity`, () => assert.throws(() => parseQuantity(given), { message }))

test('the format of a sum is that of its first part, unless that is zero', () => {
  assert.equal(formatQuantity(addQuantities('1Gi', '1G')), '2073741824')
  assert.equal(formatQuantity(addQuantities('1Gi', '1Gi')), '2Gi')
  assert.equal(formatQuantity(addQuantities('0', '1Gi')), '1Gi')
  assert.equal(formatQuantity(addQuantities('100m', '1900m')), '2')
  assert.equal(formatQuantity(subtractQuantities('1', '1500m')), '-500m')
})
test('amounts compare across formats', () => {
  assert.equal(compareQuantities('1Ki', '1024'), 0)
  assert.equal(compareQuantities('1k', '1Ki'), -1)
  assert.equal(compareQuantities('1', '999m'), 1)
})
test('numbers are rounded away from zero, as upstream reads them', () => {
  assert.equal(quantityValue('1500m'), 2)
  assert.equal(quantityValue('-1500m'), -2)
  assert.equal(milliValue('1u'), 1)
  assert.equal(milliValue('1500m'), 1500)
  assert.equal(quantityToNumber('1500m'), 1.5)
  assert.equal(quantityToNumber('1Gi'), 1_073_741_824)
  assert.equal(formatQuantity(quantityOf(2 ** 30, 'BinarySI')), '1Gi')
  assert.equal(formatQuantity(milliQuantity(250)), '250m')
})
