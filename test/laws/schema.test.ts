/** Laws that hold for all values: decoding, protobuf, quantities and selectors, tried with values by chance. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { formatDuration, parseDuration } from '#base/duration.ts'
import { parseJson } from '#base/json.ts'
import { ProtobufError } from '#base/protobuf.ts'
import { formatYaml, parseYaml } from '#base/yaml.ts'
import { Malformed } from '#schema/accept.ts'
import { decode } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { decodeProtobuf, encodeProtobuf } from '#schema/protobuf.ts'
import { addQuantities, canonicalQuantity, compareQuantities, formatQuantity, parseQuantity, subtractQuantities } from '#schema/quantity.ts'
import {
  bool,
  bytes,
  double,
  duration,
  int32,
  int64,
  intOrString,
  json,
  microTime,
  oneOf,
  quantity,
  string,
  time,
} from '#schema/scalars.ts'
import { matchesLabels, selectionOf, selectionText } from '#schema/select.ts'
import { fieldSelectionText, matchesFields, parseFieldSelector } from '#schema/select-fields.ts'
import { parseLabelSelector } from '#schema/select-parse.ts'
import { problems } from '#schema/validate.ts'
import { field, inline, lazy, list, map, structsOf, type Type } from '#schema/vocabulary.ts'

const struct = structsOf('io.example.v1')
class Leaf extends struct({
  name: field(1, string, 'Name.', { required: true }),
  weight: field(3, int64, 'Weight.'),
  limit: field(2, quantity, 'Limit.'),
}) {}
class Source extends struct({ leaf: field(2, Leaf, 'Leaf.'), port: field(17, intOrString, 'Port.') }) {}
interface NodeShape {
  readonly children?: readonly NodeShape[]
}
const node: Type<NodeShape> = lazy(() => Node)
class Node extends struct({ children: field(1, list(node), 'Children.') }) {}
class Sample extends struct({
  text: field(1, string, 'Text.'),
  maybe: field(2, string, 'Maybe.', { explicit: true }),
  written: field(3, string, 'Written.', { written: true }),
  flag: field(4, bool, 'Flag.'),
  count: field(5, int32, 'Count.', { explicit: true, default: 1 }),
  ratio: field(6, double, 'Ratio.', { explicit: true }),
  data: field(7, bytes, 'Data.'),
  ...inline(8, Source),
  since: field(9, time, 'Since.'),
  exactly: field(10, microTime, 'Exactly.'),
  pause: field(11, duration, 'Pause.'),
  mode: field(12, oneOf('Fast', 'Slow'), 'Mode.', { default: 'Fast' }),
  labels: field(13, map(string), 'Labels.'),
  limits: field(14, map(quantity), 'Limits.'),
  extra: field(15, map(list(string)), 'Extra.'),
  leaves: field(16, list(Leaf, { listType: 'map', keys: ['name'] }), 'Leaves.', { required: true }),
  numbers: field(18, list(int32), 'Numbers.'),
  raw: field(19, json, 'Raw.'),
  tree: field(20, node, 'Tree.'),
  always: field(21, Leaf, 'Always.', { always: true }),
}) {}

const text = fc.oneof(fc.string(), fc.constantFrom('', '__proto__', 'constructor', 'é', '😀', '\0'))
const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const long = fc.oneof(integer, fc.maxSafeInteger())
const amount = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.integer({ min: 0, max: 99_999 }),
    fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'n', 'u', 'e3', '.5', '.25Gi'),
  )
  .map(parts => parts.join(''))
const leaf = fc.record({ name: text, weight: long, limit: amount }, { requiredKeys: [] })
const record = <T>(of: fc.Arbitrary<T>) => fc.dictionary(text, of, { maxKeys: 4 })
const tree = fc.letrec<{ node: object }>(tie => ({
  node: fc.record({ children: fc.array(tie('node'), { maxLength: 2, depthIdentifier: 'tree' }) }, { requiredKeys: [] }),
})).node
const moment = fc.integer({ min: -62_000_000_000, max: 250_000_000_000 }).map(seconds => new Date(seconds * 1000).toISOString())
const sample = fc.record(
  {
    text,
    maybe: text,
    written: text,
    flag: fc.boolean(),
    count: integer,
    ratio: fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
    data: fc.uint8Array({ maxLength: 9 }).map(data => Buffer.from(data).toString('base64')),
    leaf,
    port: fc.oneof(integer, text),
    since: moment.map(at => at.replace(/\.\d+/, '')),
    exactly: moment.map(at => at.replace('Z', '123Z')),
    pause: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(formatDuration),
    mode: fc.constantFrom('Fast', 'Slow'),
    labels: record(text),
    limits: record(amount),
    extra: record(fc.array(text, { maxLength: 3 })),
    leaves: fc.array(leaf, { maxLength: 3 }),
    numbers: fc.array(integer, { maxLength: 3 }),
    raw: fc.jsonValue({ maxDepth: 2 }).filter(value => value !== null),
    tree,
    always: leaf,
  },
  { requiredKeys: [] },
)
const canonical = sample.map(value => decode(Sample, JSON.parse(JSON.stringify(value))).value)
function law<T>(name: string, arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  test(name, () => fc.assert(fc.property(arbitrary, holds), { seed: 7, numRuns: 300 }))
}

law('decoding is idempotent', canonical, value => {
  const again = decode(Sample, JSON.parse(JSON.stringify(value)), { strictness: 'Strict' })
  assert.deepEqual(again.value, value)
  assert.equal(JSON.stringify(again.value), JSON.stringify(value))
  assert.deepEqual(again.problems, [])
})
law('protobuf carries every canonical object unchanged', canonical, value => {
  assert.deepEqual(decodeProtobuf(Sample, encodeProtobuf(Sample, value as Sample)), value)
})
law('cut protobuf is refused or read as less, never a crash', fc.tuple(canonical, fc.nat()), ([value, at]) => {
  const all = encodeProtobuf(Sample, value as Sample)
  try {
    decodeProtobuf(Sample, all.subarray(0, at % (all.length + 1)))
  } catch (error) {
    assert(error instanceof ProtobufError || error instanceof Malformed, String(error))
  }
})
law('defaults are filled once', canonical, value => {
  const once = structuredClone(fillDefaults(Sample, value))
  assert.deepEqual(fillDefaults(Sample, value), once)
})
law('validation never throws and names a place', canonical, value => {
  for (const problem of problems(Sample, value as Sample)) assert.notEqual(problem.field, '')
})

law('a quantity keeps its amount in its canonical form', amount, value => {
  const once = canonicalQuantity(value)
  assert.equal(compareQuantities(once, value), 0)
  assert.equal(canonicalQuantity(once), once)
  assert.doesNotMatch(once, /\./)
})
law('quantities add up in any order and back', fc.tuple(amount, amount, amount), ([a, b, c]) => {
  const nanos = (left: string, right: string) => addQuantities(left, right).nanos
  assert.equal(nanos(a, b), nanos(b, a))
  assert.equal(addQuantities(addQuantities(a, b), c).nanos, addQuantities(a, addQuantities(b, c)).nanos)
  assert.equal(subtractQuantities(addQuantities(a, b), b).nanos, parseQuantity(a).nanos)
  assert.equal(Math.sign(compareQuantities(a, b)), -Math.sign(compareQuantities(b, a)))
  assert.equal(compareQuantities(formatQuantity(addQuantities(a, b)), addQuantities(a, b)), 0)
})
law('durations print and parse', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
  assert.equal(parseDuration(formatDuration(value)), value)
})

const key = fc.constantFrom('app', 'tier', 'example.com/x', 'in', 'notin', '__proto__'.replaceAll('_', 'a'))
const word = fc.constantFrom('', 'a', 'b', 'web-1', 'in', 'notin', '7')
const expression = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }) }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
)
const selector = fc.record({
  matchLabels: fc.dictionary(key, word, { maxKeys: 2 }),
  matchExpressions: fc.array(expression, { maxLength: 3 }),
})
law('a label selector means the same as its text', fc.tuple(selector, fc.dictionary(key, word)), ([object, labels]) => {
  const selection = selectionOf(object)
  const printed = selectionText(selection)
  const parsed = parseLabelSelector(printed)
  assert.equal(selectionText(parsed), printed)
  assert.equal(matchesLabels(parsed, labels), matchesLabels(selection, labels))
})
const term = fc.record({ field: fc.constantFrom('a', 'metadata.name'), isEqual: fc.boolean(), value: text })
law(
  'a field selector means the same as its text',
  fc.tuple(fc.array(term), fc.dictionary(fc.constantFrom('a'), text)),
  ([terms, fields]) => {
    const parsed = parseFieldSelector(fieldSelectionText(terms))
    assert.equal(matchesFields(parsed, fields), matchesFields(terms, fields))
    assert.equal(parsed.length, terms.length)
  },
)

const anyJson = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value)) as unknown)
law('JSON without repeated fields reports none', anyJson, value => {
  assert.deepEqual(parseJson(JSON.stringify(value, null, 1)), { value, duplicates: [] })
})
law('YAML reads what it prints', anyJson, value => {
  assert.deepEqual(parseYaml(formatYaml({ value }))[0]?.value, { value })
})
