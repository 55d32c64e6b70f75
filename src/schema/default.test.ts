/** Defaults: when they are filled in, and in which order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillDefaults } from './default.ts'
import { bool, int32, string } from './scalars.ts'
import { type Draft, field, lazy, list, map, structsOf, type Type } from './vocabulary.ts'

const struct = structsOf('io.example.v1')
class Inner extends struct(
  { size: field(1, int32, 'Size.', { default: 3 }), twice: field(2, int32, 'Twice.') },
  { fill: draft => void (draft.twice ??= (draft.size ?? 0) * 2) },
) {}
interface NodeShape {
  readonly name?: string
  readonly children?: readonly NodeShape[]
}
const node: Type<NodeShape> = lazy(() => Node)
class Node extends struct({ name: field(1, string, 'Name.', { default: 'n' }), children: field(2, list(node), 'Children.') }) {}
class Outer extends struct(
  {
    text: field(1, string, 'Text.', { default: 'a' }),
    pointer: field(2, int32, 'Pointer.', { explicit: true, default: 1 }),
    flag: field(3, bool, 'Flag.', { explicit: true, default: true }),
    inner: field(4, Inner, 'Inner.', { default: { size: 5 } }),
    made: field(5, Inner, 'Made.'),
    list: field(6, list(Inner), 'List.'),
    map: field(7, map(Inner), 'Map.'),
    seen: field(8, string, 'Seen.'),
    node: field(9, Node, 'Node.'),
  },
  {
    fill: draft => {
      draft.seen ??= `${draft.text} ${draft.inner?.size} ${draft.inner?.twice}`
      if (draft.text === 'make') draft.made ??= {} as Draft<Inner>
    },
  },
) {}
const BASE = { text: 'a', pointer: 1, flag: true, inner: { size: 5, twice: 10 }, seen: 'a 5 undefined' }

const rows: readonly (readonly [rule: string, given: object, filled: object])[] = [
  ['absent fields are filled, and defaults inside defaults', {}, BASE],
  ['fill sees its own fields, not yet what is inside them', { text: 'b' }, { ...BASE, text: 'b', seen: 'b 5 undefined' }],
  ['zero is absence', { text: '' }, BASE],
  ['explicit zero is no absence', { pointer: 0, flag: false }, { ...BASE, pointer: 0, flag: false }],
  ['what is there stays', { inner: { size: 1 } }, { ...BASE, inner: { size: 1, twice: 2 }, seen: 'a 1 undefined' }],
  [
    'children that fill made are filled',
    { text: 'make' },
    { ...BASE, text: 'make', made: { size: 3, twice: 6 }, seen: 'make 5 undefined' },
  ],
  [
    'items are filled',
    { list: [{}, { size: 2 }] },
    {
      ...BASE,
      list: [
        { size: 3, twice: 6 },
        { size: 2, twice: 4 },
      ],
    },
  ],
  ['entries are filled', { map: { x: {} } }, { ...BASE, map: { x: { size: 3, twice: 6 } } }],
  ['types within themselves are filled', { node: { children: [{}] } }, { ...BASE, node: { name: 'n', children: [{ name: 'n' }] } }],
  ['null lists are passed over', { list: null }, { ...BASE, list: null }],
]
for (const [rule, given, filled] of rows) {
  test(rule, () => {
    const draft = structuredClone(given) as Draft<Outer>
    assert.equal(fillDefaults(Outer, draft), draft, 'in place')
    assert.deepEqual(draft, filled)
  })
}
test('defaults are not shared between objects', () => {
  const [one, another] = [fillDefaults(Outer, {} as Draft<Outer>), fillDefaults(Outer, {} as Draft<Outer>)]
  assert.notEqual(one.inner, another.inner)
})
