/** Validation: each rule of a field, and the order in which breaches are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bool, int32, oneOf, string } from './scalars.ts'
import { problems } from './validate.ts'
import { field, lazy, list, map, structsOf, type Type } from './vocabulary.ts'

const struct = structsOf('io.example.v1')
class Item extends struct({
  name: field(1, string, 'Name.', { required: true }),
  fixed: field(2, string, 'Fixed.', { immutable: true }),
}) {}
class Pair extends struct({ port: field(1, int32, 'Port.'), protocol: field(2, string, 'Protocol.') }) {}
class Source extends struct(
  { a: field(1, string, 'A.'), b: field(2, string, 'B.'), c: field(3, string, 'C.') },
  { oneOf: { members: ['a', 'b', 'c'], required: true, noun: 'volume type' } },
) {}
class Choice extends struct({ a: field(1, string, 'A.'), b: field(2, string, 'B.') }, { oneOf: { members: ['a', 'b'], required: true } }) {}
class Optional extends struct({ a: field(1, string, 'A.'), b: field(2, string, 'B.') }, { oneOf: { members: ['a', 'b'] } }) {}
interface NodeShape {
  readonly name?: string
  readonly children?: readonly NodeShape[]
}
const node: Type<NodeShape> = lazy(() => Node)
class Node extends struct({ children: field(1, list(node), 'Children.'), name: field(2, string, 'Name.', { required: true }) }) {}
class Sample extends struct(
  {
    text: field(1, string, 'Text.', { check: value => (value === 'bad' ? 'must be good' : undefined) }),
    checks: field(2, int32, 'Checks.', { check: [value => (value > 1 ? 'one' : undefined), value => (value > 2 ? 'two' : undefined)] }),
    count: field(3, int32, 'Count.', { explicit: true, minimum: 0, maximum: 9 }),
    mode: field(4, oneOf('Fast', 'Slow'), 'Mode.'),
    items: field(5, list(Item, { listType: 'map', keys: ['name'], unique: true }), 'Items.'),
    pairs: field(6, list(Pair, { listType: 'map', keys: ['port', 'protocol'], unique: true }), 'Pairs.'),
    names: field(7, list(string, { listType: 'set', unique: true }), 'Names.'),
    loose: field(8, list(Item, { listType: 'map', keys: ['name'] }), 'Loose.'),
    modes: field(9, list(oneOf('Fast', 'Slow')), 'Modes.'),
    map: field(10, map(Item), 'Map.'),
    node: field(11, Node, 'Node.'),
    source: field(12, Source, 'Source.'),
    choice: field(13, Choice, 'Choice.'),
    optional: field(14, Optional, 'Optional.'),
    fixed: field(15, int32, 'Fixed.', { immutable: true }),
    pointer: field(16, bool, 'Pointer.', { explicit: true }),
    last: field(17, string, 'Last.'),
  },
  {
    validate: (value, at, before) => {
      if (value.last === 'bad') at.key('last').invalid(value.last, before ? 'was good' : 'is new')
    },
  },
) {}
class Needy extends struct({
  text: field(1, string, 'Text.', { required: true }),
  list: field(2, list(string), 'List.', { required: true }),
  number: field(3, int32, 'Number.', { required: true }),
  pointer: field(4, int32, 'Pointer.', { required: true, explicit: true }),
  struct: field(5, Pair, 'Struct.', { required: true }),
}) {}

const told = (type: Type<never>, value: unknown, before?: unknown) =>
  problems(type, value as never, before as never).map(({ field, message }) => `${field}: ${message}`)

const rows: readonly (readonly [rule: string, value: unknown, told: readonly string[]])[] = [
  ['nothing is wrong with nothing', {}, []],
  ['checks speak', { text: 'bad' }, ['text: Invalid value: "bad": must be good']],
  ['all checks speak', { checks: 3 }, ['checks: Invalid value: 3: one', 'checks: Invalid value: 3: two']],
  ['minimum', { count: -1 }, ['count: Invalid value: -1: must be greater than or equal to 0']],
  ['maximum', { count: 10 }, ['count: Invalid value: 10: must be less than or equal to 9']],
  ['bounds are within', { count: 0 }, []],
  ['closed enumerations', { mode: 'Odd' }, ['mode: Unsupported value: "Odd": supported values: "Fast", "Slow"']],
  ['enumerations in lists', { modes: ['Fast', 'x'] }, ['modes[1]: Unsupported value: "x": supported values: "Fast", "Slow"']],
  ['one key twice', { items: [{ name: 'a' }, { name: 'a' }] }, ['items[1].name: Duplicate value: "a"']],
  [
    'two keys twice',
    {
      pairs: [
        { port: 1, protocol: 'T' },
        { port: 1, protocol: 'T' },
      ],
    },
    ['pairs[1]: Duplicate value: {"port":1,"protocol":"T"}'],
  ],
  ['different pairs', { pairs: [{ port: 1 }, { port: 1, protocol: 'T' }] }, []],
  ['a set holds each once', { names: ['a', 'b', 'a'] }, ['names[2]: Duplicate value: "a"']],
  ['keys alone do not forbid repetition', { loose: [{ name: 'a' }, { name: 'a' }] }, []],
  ['items', { items: [{ name: '' }] }, ['items[0].name: Required value']],
  ['entries', { map: { 'a.b': {} } }, ['map[a.b].name: Required value']],
  [
    'types within themselves, in the order of fields',
    { node: { children: [{ name: 'x' }, {}] } },
    ['node.children[1].name: Required value', 'node.name: Required value'],
  ],
  ['a union with a noun needs one', { source: {} }, ['source: Required value: must specify a volume type']],
  [
    'a union with a noun has one',
    { source: { a: '1', b: '2', c: '3' } },
    ['source.b: Forbidden: may not specify more than 1 volume type', 'source.c: Forbidden: may not specify more than 1 volume type'],
  ],
  ['a union needs one', { choice: {} }, ['choice: Invalid value: "": must specify one of: `a`, `b`']],
  ['a union has one', { choice: { a: '1', b: '2' } }, ['choice: Invalid value: "{a, b}": must specify exactly one of: `a`, `b`']],
  ['a union may be empty', { optional: {} }, []],
  [
    'a union has one at most',
    { optional: { a: '1', b: '2' } },
    ['optional: Invalid value: "{a, b}": must specify at most one of: `a`, `b`'],
  ],
  [
    'the struct speaks last',
    { last: 'bad', text: 'bad' },
    ['text: Invalid value: "bad": must be good', 'last: Invalid value: "bad": is new'],
  ],
]
for (const [rule, value, expected] of rows) test(rule, () => assert.deepEqual(told(Sample as never, value), expected))

const updates: readonly (readonly [rule: string, value: unknown, before: unknown, told: readonly string[]])[] = [
  ['what is immutable may be set at first', { fixed: 1 }, undefined, []],
  ['what is immutable stays', { fixed: 1 }, { fixed: 1 }, []],
  ['what is immutable does not change', { fixed: 2 }, { fixed: 1 }, ['fixed: Invalid value: 2: field is immutable']],
  ['what is immutable does not vanish', {}, { fixed: 1 }, ['fixed: Invalid value: null: field is immutable']],
  [
    'items of a list are known by their keys',
    {
      items: [
        { name: 'b', fixed: '2' },
        { name: 'a', fixed: '1' },
        { name: 'new', fixed: '3' },
      ],
    },
    {
      items: [
        { name: 'a', fixed: '1' },
        { name: 'b', fixed: 'x' },
      ],
    },
    ['items[0].fixed: Invalid value: "2": field is immutable'],
  ],
  ['the struct knows what was', { last: 'bad' }, {}, ['last: Invalid value: "bad": was good']],
]
for (const [rule, value, before, expected] of updates) test(rule, () => assert.deepEqual(told(Sample as never, value, before), expected))

test('what is required may not be empty; a required struct is always there', () => {
  assert.deepEqual(told(Needy as never, { text: '', list: null, number: 0, struct: {} }), [
    'text: Required value',
    'list: Required value',
    'number: Required value',
    'pointer: Required value',
  ])
  assert.deepEqual(told(Needy as never, { text: 'a', list: ['b'], number: 1, pointer: 0, struct: {} }), [])
})
