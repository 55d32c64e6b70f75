/** What selectors of devices can say. One row per rule; facts as upstream's own table of expressions has them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExpressionError } from '#base/cel/expression.ts'
import type { Device } from './device.ts'
import { COST_MAX, deviceExpression, isMatching } from './device-expression.ts'

const DRIVER = 'dra.example.com'
const device = {
  name: 'd',
  allowMultipleAllocations: true,
  attributes: {
    yes: { bool: true },
    count: { int: 42 },
    model: { string: 'fish' },
    version: { version: '1.2.3' },
    empty: {},
    'other.example.com/yes': { bool: true },
  },
  capacity: { memory: { value: '10Gi' }, 'other.example.com/memory': { value: '1k' } },
} as unknown as Device
const { attributes, ...plain } = device
const { empty: _, ...sound } = attributes as Record<string, object>
const usual = { ...plain, attributes: sound } as unknown as Device

/** True, false, or what is wrong. */
function outcome(text: string, subject = usual): boolean | string {
  try {
    return isMatching(deviceExpression(text), DRIVER, subject)
  } catch (error) {
    if (error instanceof ExpressionError) return error.message
    throw error
  }
}
const OWN = `device.attributes["${DRIVER}"]`
const CAPACITY = `device.capacity["${DRIVER}"]`
const rows: readonly [rule: string, expression: string, outcome: boolean | string][] = [
  ['the driver', 'device.driver == "dra.example.com"', true],
  ['whether it is shared', 'device.allowMultipleAllocations', true],
  ['an attribute of the driver needs no domain in the slice', `${OWN}.yes`, true],
  ['by index', `${OWN}["yes"]`, true],
  ['one of another domain', 'device.attributes["other.example.com"].yes', true],
  ['a number', `${OWN}.count > 41 && ${OWN}.count < 43`, true],
  ['a text', `${OWN}.model == "fish" && ${OWN}.model.startsWith("f")`, true],
  ['a pattern', `${OWN}.model.matches("^f.*h$") && ${OWN}.model.find("is") == "is"`, true],
  ['a version', `${OWN}.version.isGreaterThan(semver("1.2.0")) && ${OWN}.version.isLessThan(semver("1.10.0"))`, true],
  ['equal versions', `${OWN}.version == semver("1.2.3") && ${OWN}.version.compareTo(semver("1.2.3")) == 0`, true],
  ['parts of a version', `${OWN}.version.major() == 1 && ${OWN}.version.minor() == 2 && ${OWN}.version.patch() == 3`, true],
  ['what is a version', 'isSemver("1.0.0") && !isSemver("v1.0") && isSemver("v01.0", true) && semver("v1", true) == semver("1.0.0")', true],
  ['a quantity', `${CAPACITY}.memory.isGreaterThan(quantity("9Gi"))`, true],
  ['quantities compared', `${CAPACITY}.memory.compareTo(quantity("10Gi")) == 0 && ${CAPACITY}.memory == quantity("10240Mi")`, true],
  ['quantities reckoned', `${CAPACITY}.memory.sub(quantity("9Gi")).add(1).asInteger() == 1073741825`, true],
  [
    'what is a quantity',
    'isQuantity("1Gi") && !isQuantity("1x") && quantity("-1").sign() == -1 && quantity("50m").isInteger() == false',
    true,
  ],
  ['a domain that is there', '"other.example.com" in device.attributes', true],
  ['one that is not', '"none" in device.attributes', false],
  ['an attribute that is there', `"yes" in ${OWN} && has(${OWN}.yes)`, true],
  ['one that is not', `has(device.attributes["none"].yes) || has(${OWN}.none)`, false],
  ['an optional one', `${OWN}.?none.orValue(7) == 7`, true],
  ['a short name for a domain', `cel.bind(dra, ${OWN}, dra.yes && dra.count == 42)`, true],
  ['lists', '["a", "b"].exists(x, x == device.driver) || [1, 2].isSorted() && [1, 2].sum() == 3 && [3, 1].max() == 3', true],
  ['texts', '"a-b".replace("-", "_").upperAscii() == "A_B" && "a,b".split(",").size() == 2 && "ab".charAt(1) == "b"', true],
  ['the word has in a text is left alone', '"has (x)" == "ha" + "s (x)"', true],
  ['an attribute that is looked up and not there', `${OWN}.none == 1`, 'no such key: none'],
  ['also in a domain that is not there', 'device.attributes["none"].none.isGreaterThan(quantity("0"))', 'no such key: none'],
  ['a result that is no answer', `${OWN}.count`, 'CEL result of type int could not be converted to bool'],
  ['what cannot be one', '1', 'must evaluate to bool or the unknown type, not int'],
  ['what cannot be read', '?!', 'Unexpected token: QUESTION'],
  ['a field that devices do not have', 'device.other', 'No such key: other'],
  ['a function that nobody knows', 'includes(1)', "found no matching overload for 'includes(int)'"],
]
for (const [rule, expression, expected] of rows)
  test(rule, () => {
    const found = outcome(expression)
    if (typeof expected === 'string' && typeof found === 'string') assert.equal(found.toLowerCase(), expected.toLowerCase())
    else assert.equal(found, expected)
  })

test('an attribute without a value keeps the device from being judged', () =>
  assert.equal(outcome('true', device), 'attribute empty: unsupported attribute value'))
test('loops in loops over long lists cost too much', () => {
  const list = `[${Array.from({ length: 200 }, (_, i) => i).join()}]`
  const nested = `${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c > 0)))`
  assert.ok(deviceExpression(nested).cost > COST_MAX)
  const doubled =
    'cel.bind(b, "0123456789", '.repeat(1) +
    Array.from({ length: 30 }, (_, i) => `cel.bind(b${i}, b${i - 1 < 0 ? '' : i - 1} + b${i - 1 < 0 ? '' : i - 1}, `).join('')
  assert.ok(deviceExpression(`${doubled}b29 == "x"${')'.repeat(31)}`).cost > COST_MAX)
  assert.ok(deviceExpression(`${list}.all(a, a >= 0) && ${OWN}.all(k, k != "x")`).cost < COST_MAX)
})
