/** Decoding: unknown fields, types, presence, and names that are dangerous in JavaScript. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEPTH_MAX, DecodeError, decode, PROBLEMS_MAX } from './decode.ts'
import { bool, bytes, duration, int32, int64, intOrString, json, microTime, quantity, string, time } from './scalars.ts'
import { field, lazy, list, map, structsOf, type Type } from './vocabulary.ts'

const struct = structsOf('io.example.v1')
class Port extends struct({ containerPort: field(1, int32, 'Port.', { required: true }), name: field(2, string, 'Name.') }) {}
interface NodeShape {
  readonly next?: NodeShape
}
const node: Type<NodeShape> = lazy(() => Node)
class Node extends struct({ next: field(1, node, 'Next.') }) {}
class Spec extends struct({
  text: field(1, string, 'Text.'),
  maybe: field(2, string, 'Maybe.', { explicit: true }),
  ports: field(3, list(Port), 'Ports.'),
  needed: field(4, list(Port), 'Needed.', { required: true }),
  labels: field(5, map(string), 'Labels.'),
  limits: field(6, map(quantity), 'Limits.'),
  flag: field(7, bool, 'Flag.', { written: true }),
  big: field(8, int64, 'Big.'),
  since: field(9, time, 'Since.'),
  micro: field(10, microTime, 'Micro.'),
  pause: field(11, duration, 'Pause.'),
  data: field(12, bytes, 'Data.'),
  target: field(13, intOrString, 'Target.'),
  raw: field(14, json, 'Raw.'),
  node: field(15, Node, 'Node.'),
  pointer: field(16, int32, 'Pointer.', { explicit: true, required: true }),
  restartPolicy: field(17, string, 'Policy.'),
}) {}
class Thing extends struct({ spec: field(1, Spec, 'Spec.', { written: true }), extra: field(2, Spec, 'Extra.') }) {}
const EMPTY = { needed: null, flag: false }

const canonical: readonly (readonly [rule: string, given: unknown, spec: unknown])[] = [
  ['what is written is there', {}, EMPTY],
  ['null is absence', { text: null, ports: null, labels: null, flag: null }, EMPTY],
  ['zero is dropped', { text: '', ports: [], labels: {}, big: 0, data: '' }, EMPTY],
  ['explicit zero is kept', { maybe: '' }, { maybe: '', ...EMPTY }],
  ['a required pointer is not made up', { pointer: 0 }, { ...EMPTY, pointer: 0 }],
  ['an empty required list is null', { needed: [] }, EMPTY],
  ['null in a list is a zero', { ports: [null] }, { ports: [{ containerPort: 0 }], ...EMPTY }],
  ['null in a map is a zero', { labels: { a: null }, limits: { b: null } }, { labels: { a: '' }, limits: { b: '0' }, ...EMPTY }],
  ['map keys are sorted', { labels: { b: '1', a: '2' } }, { labels: { a: '2', b: '1' }, ...EMPTY }],
  ['quantities become canonical', { limits: { a: '1024Mi', b: 0.5, c: ' 1000m ' } }, { limits: { a: '1Gi', b: '500m', c: '1' }, ...EMPTY }],
  ['times become UTC seconds', { since: '2020-01-01T02:00:00.9+02:00' }, { since: '2020-01-01T00:00:00Z', ...EMPTY }],
  ['the zero time is absence', { since: '0001-01-01T00:00:00Z' }, EMPTY],
  ['micro times keep six digits', { micro: '2020-01-01T01:00:00.123456+01:00' }, { micro: '2020-01-01T00:00:00.123456Z', ...EMPTY }],
  ['durations become canonical', { pause: '90m' }, { pause: '1h30m0s', ...EMPTY }],
  ['base64 becomes canonical', { data: 'aGk=\n' }, { data: 'aGk=', ...EMPTY }],
  ['a number is a number, a string a string', { target: 0 }, { target: 0, ...EMPTY }],
  ['raw values keep their nulls', { raw: { a: null, b: [null] } }, { raw: { a: null, b: [null] }, ...EMPTY }],
]
for (const [rule, given, spec] of canonical) {
  test(rule, () => {
    const { value, problems } = decode(Thing, { spec: given }, { strictness: 'Strict' })
    assert.deepEqual(value, { spec })
    assert.deepEqual(problems, [])
  })
}

test('fields stand in the order of their declaration, the header first', () => {
  const { value } = decode(Thing, { extra: {}, spec: { flag: true, text: 'a' }, apiVersion: 'v1', kind: 'Thing' })
  assert.equal(
    JSON.stringify(value),
    '{"kind":"Thing","apiVersion":"v1","spec":{"text":"a","needed":null,"flag":true},"extra":{"needed":null,"flag":false}}',
  )
})

test('labels may have any name', () => {
  const labels = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, string>
  const { value } = decode(Spec, { labels })
  assert.deepEqual(Object.entries(value.labels ?? {}), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['toString', 'c'],
  ])
  assert.equal(Object.getPrototypeOf(value.labels), Object.prototype)
  assert.equal(({} as { a?: string }).a, undefined)
})

test('the draft shares nothing with the input', () => {
  const given = { raw: { a: [1] }, ports: [{ containerPort: 1 }], labels: { a: 'b' } }
  const { value } = decode(Spec, given)
  assert.notEqual(value.raw, given.raw)
  assert.notEqual((value.raw as { a: unknown }).a, given.raw.a)
  assert.notEqual(value.ports, given.ports)
  assert.notEqual(value.labels, given.labels)
})

test('what is frozen is shared: nobody can change it', () => {
  const raw = Object.freeze({ a: Object.freeze([1]) })
  assert.equal(decode(Spec, { raw }).value.raw, raw)
})

test('unknown fields are dropped, named in the order of the document, and guessed', () => {
  const given = {
    apiversion: 'v1',
    spec: { foo: 1, ports: [{ containerPort: 1 }, { containerport: 80, containerPort: 1 }], restartpolicy: 'Never', __proto__x: 1 },
    zzz: {},
  }
  const { value, problems, suggestions } = decode(Thing, given, { strictness: 'Strict' })
  assert.deepEqual(value, { spec: { ports: [{ containerPort: 1 }, { containerPort: 1 }], ...EMPTY } })
  assert.deepEqual(problems, [
    'unknown field "apiversion"',
    'unknown field "spec.foo"',
    'unknown field "spec.ports[1].containerport"',
    'unknown field "spec.restartpolicy"',
    'unknown field "spec.__proto__x"',
    'unknown field "zzz"',
  ])
  assert.deepEqual(suggestions, [
    { path: 'apiversion', known: 'apiVersion' },
    { path: 'spec.ports[1].containerport', known: 'containerPort' },
    { path: 'spec.restartpolicy', known: 'restartPolicy' },
  ])
})
for (const [mistake, given, cure] of [
  ['a number for a text', { text: 1 }, 'did you mean "1", in quotes?'],
  ['a bool for a text', { text: true }, 'did you mean "true", in quotes?'],
  ['a text for a number', { ports: [{ containerPort: '80' }] }, 'did you mean 80, without quotes?'],
  ['an object for a list', { ports: { containerPort: 80 } }, 'did you mean a list? Its items begin with "- "'],
  ['a name for a number', { ports: [{ containerPort: 'web' }] }, undefined],
  ['a text that cannot be read', { needed: [], pause: '1 day' }, 'see "pause"'],
] as const)
  test(`the cure of ${mistake} is told`, () =>
    assert.throws(
      () => decode(Spec, given),
      (error: DecodeError) => error.cure === cure,
    ))

class Probe extends struct({ path: field(1, string, 'Path.') }) {}
class Volume extends struct({ name: field(1, string, 'Name.'), image: field(2, string, 'Image.') }) {}
class Container extends struct({
  name: field(1, string, 'Name.'),
  image: field(2, string, 'Image.'),
  ports: field(3, list(Port), 'Ports.'),
  probe: field(4, Probe, 'Probe.'),
}) {}
class PodSpec extends struct({
  volumes: field(1, list(Volume), 'Volumes.'),
  containers: field(2, list(Container), 'Containers.'),
  hostNetwork: field(3, bool, 'Host network.'),
}) {}
class Meta extends struct({ labels: field(1, map(string), 'Labels.'), finalizers: field(2, list(string), 'Finalizers.') }) {}
class Pod extends struct({ metadata: field(1, Meta, 'Metadata.'), spec: field(2, PodSpec, 'Spec.') }) {}
test('fields that stand at the wrong depth are told where they belong', () => {
  const container = { hostNetwork: true, containerPort: 80, probe: { image: 'x', nothing: 1 } }
  const pod = { labels: {}, spec: { containers: [container], finalizers: [], image: 'x', unheard: 1 } }
  const { suggestions } = decode(Pod, pod, { strictness: 'Strict' })
  assert.deepEqual(
    suggestions.map(({ path, known }) => `${path} → ${known}`),
    [
      'labels → metadata.labels',
      'spec.containers[0].hostNetwork → spec.hostNetwork',
      'spec.containers[0].containerPort → spec.containers[0].ports[*].containerPort',
      'spec.containers[0].probe.image → spec.containers[0].image',
      'spec.finalizers → metadata.finalizers',
      'spec.image → spec.containers[*].image',
    ],
  )
})
test('nobody is told when nobody asked', () => {
  assert.deepEqual(decode(Spec, { foo: 1 }), { value: EMPTY, problems: [], suggestions: [] })
})
test('the number of problems is bounded', () => {
  const many = Object.fromEntries(Array.from({ length: PROBLEMS_MAX + 50 }, (_, i) => [`unknown${i}`, 1]))
  assert.equal(decode(Spec, many, { strictness: 'Warn' }).problems.length, PROBLEMS_MAX)
})

const refused: readonly (readonly [rule: string, given: unknown, message: string])[] = [
  ['a list', 'x', 'json: cannot unmarshal string into Go struct field Thing.spec of type v1.Spec'],
  ['a struct', { ports: 'x' }, 'json: cannot unmarshal string into Go struct field Spec.spec.ports of type []v1.Port'],
  ['an item', { ports: ['x'] }, 'json: cannot unmarshal string into Go struct field Spec.spec.ports of type v1.Port'],
  [
    'a number',
    { ports: [{ containerPort: '80' }] },
    'json: cannot unmarshal string into Go struct field Port.spec.ports.containerPort of type int32',
  ],
  ['a whole number', { big: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field Spec.spec.big of type int64'],
  ['a small number', { pointer: 2 ** 31 }, 'json: cannot unmarshal number 2147483648 into Go struct field Spec.spec.pointer of type int32'],
  ['a string', { text: 8 }, 'json: cannot unmarshal number into Go struct field Spec.spec.text of type string'],
  ['a value of a map', { labels: { a: true } }, 'json: cannot unmarshal bool into Go struct field Spec.spec.labels of type string'],
  ['a map', { labels: [] }, 'json: cannot unmarshal array into Go struct field Spec.spec.labels of type map[string]string'],
  ['a bool', { flag: {} }, 'json: cannot unmarshal object into Go struct field Spec.spec.flag of type bool'],
  [
    'a quantity',
    { limits: { cpu: 'much' } },
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  ['bytes', { data: 'a*b=' }, 'illegal base64 data at input byte 1'],
  ['a time', { since: 'today' }, 'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"'],
  ['a time, no number', { since: 5 }, 'json: cannot unmarshal number into Go value of type string'],
  ['a duration', { pause: 'soon' }, 'time: invalid duration "soon"'],
  ['a number or string', { target: 1.5 }, 'json: cannot unmarshal number 1.5 into Go value of type int32'],
]
for (const [what, spec, message] of refused) {
  test(`${what} is asked for`, () => {
    assert.throws(() => decode(Thing, { spec }), { name: 'DecodeError', message })
  })
}
test('the root must be an object', () => {
  assert.throws(() => decode(Thing, []), new DecodeError('json: cannot unmarshal array into Go value of type v1.Thing'))
})
test('depth is bounded', () => {
  let deep: NodeShape = {}
  for (let i = 0; i < DEPTH_MAX; i++) deep = { next: deep }
  assert.throws(() => decode(Node, deep), new DecodeError('exceeded max depth'))
  assert.doesNotThrow(() => decode(Node, deep.next))
})
