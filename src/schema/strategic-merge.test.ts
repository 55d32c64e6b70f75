/** Strategic merge: which lists merge, what the directives do, and in which order the result stands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PatchFailure } from './patch-failure.ts'
import { int32, string } from './scalars.ts'
import { strategicMerge } from './strategic-merge.ts'
import { field, lazy, list, map, structsOf, type Type } from './vocabulary.ts'

const struct = structsOf('test')
class Port extends struct({ port: field(1, int32, 'Number.'), protocol: field(2, string, 'Protocol.') }) {}
class Item extends struct({
  name: field(1, string, 'Key.'),
  value: field(2, string, 'Value.'),
  ports: field(3, list(Port, { listType: 'map', keys: ['port', 'protocol'], patchKey: 'port', patchStrategy: 'merge' }), 'Ports.'),
  args: field(4, list(string), 'Atomic.'),
}) {}
class Strategy extends struct({ type: field(1, string, 'Type.'), rolling: field(2, map(string), 'Parameters.') }) {}
const inner = (): Type<unknown> => Thing
class Thing extends struct({
  items: field(1, list(Item, { patchKey: 'name', patchStrategy: 'merge' }), 'Merged by name.'),
  finalizers: field(2, list(string, { patchStrategy: 'merge' }), 'A set.'),
  atomic: field(3, list(Item), 'Replaced.'),
  labels: field(4, map(string), 'Merged.'),
  strategy: field(5, Strategy, 'Retain keys.', { patchStrategy: 'retainKeys' }),
  whole: field(6, Strategy, 'Replaced.', { patchStrategy: 'replace' }),
  nested: field(7, lazy(inner), 'Itself.'),
}) {}

const items = (...names: string[]) => names.map(name => ({ name }))
const applies: readonly (readonly [rule: string, current: object, patch: object, result: object])[] = [
  [
    'merges items by key; new ones follow their neighbour in the patch',
    { items: [{ name: 'a', value: '1', args: ['x'] }, { name: 'b' }] },
    { items: [{ name: 'a', value: '2' }, { name: 'c' }] },
    { items: [{ name: 'a', value: '2', args: ['x'] }, { name: 'c' }, { name: 'b' }] },
  ],
  [
    'merges nested lists by their own key',
    { items: [{ name: 'a', ports: [{ port: 80, protocol: 'TCP' }, { port: 81 }] }] },
    { items: [{ name: 'a', ports: [{ port: 80, protocol: 'UDP' }] }] },
    { items: [{ name: 'a', ports: [{ port: 80, protocol: 'UDP' }, { port: 81 }] }] },
  ],
  ['deletes an item', { items: items('a', 'b') }, { items: [{ name: 'a', $patch: 'delete' }] }, { items: items('b') }],
  ['replaces a merged list', { items: items('a', 'b') }, { items: [{ $patch: 'replace' }, { name: 'c' }] }, { items: items('c') }],
  [
    'replaces an object',
    { nested: { labels: { a: '1' } } },
    { nested: { $patch: 'replace', finalizers: ['x'] } },
    { nested: { finalizers: ['x'] } },
  ],
  ['empties an object', { labels: { a: '1' }, finalizers: ['f'] }, { labels: { $patch: 'delete' } }, { labels: {}, finalizers: ['f'] }],
  ['merges scalars as a set', { finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }, { finalizers: ['a', 'b', 'c'] }],
  ['deletes scalars', { finalizers: ['a', 'b', 'c'] }, { '$deleteFromPrimitiveList/finalizers': ['a', 'c'] }, { finalizers: ['b'] }],
  [
    'deletes scalars and orders the others',
    { finalizers: ['a', 'b', 'c'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'], '$setElementOrder/finalizers': ['c', 'b'] },
    { finalizers: ['c', 'b'] },
  ],
  ['replaces atomic lists', { atomic: items('a', 'b') }, { atomic: items('c') }, { atomic: items('c') }],
  ['merges maps, null deletes', { labels: { a: '1', b: '2' } }, { labels: { a: null, c: '3' } }, { labels: { b: '2', c: '3' } }],
  [
    'nulls of what is not there vanish',
    {},
    { labels: null, nested: { labels: null, finalizers: ['x'] } },
    { nested: { finalizers: ['x'] } },
  ],
  [
    'retains only the named keys',
    { strategy: { type: 'Rolling', rolling: { max: '1' } } },
    { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    { strategy: { type: 'Recreate' } },
  ],
  ['a strategy of replace', { whole: { type: 'a', rolling: { b: 'c' } } }, { whole: { type: 'b' } }, { whole: { type: 'b' } }],
  ['sets the order', { items: items('a', 'b', 'c') }, { '$setElementOrder/items': items('c', 'a', 'b') }, { items: items('c', 'a', 'b') }],
  [
    'orders new items among the old',
    { items: items('a', 'b') },
    { '$setElementOrder/items': items('a', 'n', 'b'), items: items('n') },
    { items: items('a', 'n', 'b') },
  ],
  [
    'items that only the server has keep their place',
    { items: items('a', 'server', 'b') },
    { '$setElementOrder/items': items('b', 'a', 'n'), items: items('n') },
    { items: items('server', 'b', 'a', 'n') },
  ],
  [
    'an order for a list that is new',
    {},
    { '$setElementOrder/items': items('a', 'b'), items: items('a', 'b') },
    { items: items('a', 'b') },
  ],
  [
    'directives in what is new are left out',
    {},
    { nested: { items: [{ name: 'a', $patch: 'delete' }, { name: 'b' }] } },
    { nested: { items: items('b') } },
  ],
  [
    'deletes and adds in an ordered list',
    { items: items('a', 'b') },
    { '$setElementOrder/items': items('c', 'b'), items: [{ name: 'c' }, { name: 'a', $patch: 'delete' }] },
    { items: items('c', 'b') },
  ],
  [
    'new items take the places of deleted ones, behind what only the server knows',
    { items: items('a', 'b', 'server') },
    { '$setElementOrder/items': items('b', 'c'), items: [{ name: 'c' }, { name: 'a', $patch: 'delete' }] },
    { items: items('b', 'server', 'c') },
  ],
  ['another type takes the place', { labels: 'text' }, { labels: { a: '1' } }, { labels: { a: '1' } }],
]
const fails: readonly (readonly [rule: string, current: object, patch: unknown, status: number, message: string])[] = [
  [
    'an item without its key',
    { items: items('a') },
    { items: [{ value: 'x', args: ['y', 'z'] }] },
    500,
    'map: map[args:[y z] value:x] does not contain declared merge key: name',
  ],
  [
    'a deletion without its key',
    { items: items('a') },
    { items: [{ $patch: 'delete' }] },
    500,
    'map: map[$patch:delete] does not contain declared merge key: name',
  ],
  ['an unknown directive', { labels: {} }, { labels: { $patch: 'spam' } }, 500, 'unknown patch type: spam in map: map[$patch:spam]'],
  [
    'merge as a directive of an item',
    { items: items('a') },
    { items: [{ $patch: 'merge', name: 'a' }] },
    500,
    'merging lists cannot yet be specified in the patch',
  ],
  [
    'a patch against its own order',
    { items: items('a', 'b') },
    { '$setElementOrder/items': items('a', 'b'), items: items('b', 'a') },
    500,
    "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
  ],
  [
    'fields beyond retainKeys',
    { strategy: { type: 'a' } },
    { strategy: { $retainKeys: ['type'], rolling: { a: 'b' } } },
    400,
    'invalid patch format of retainKeys',
  ],
  [
    'retainKeys that is no list',
    { strategy: { type: 'a' } },
    { strategy: { $retainKeys: 'type' } },
    400,
    'invalid patch format of retainKeys',
  ],
  [
    'an unknown field that is an object',
    { spam: {} },
    { spam: { a: 1 } },
    500,
    'unable to find api field in struct Thing for the json field "spam"',
  ],
  ['items of several types', { finalizers: ['a'] }, { finalizers: [1] }, 500, 'list element types are not identical: [[a] [1]]'],
  ['not an object', {}, [], 400, 'invalid JSON document'],
]
for (const [rule, current, patch, result] of applies) {
  test(rule, () => {
    const before = JSON.stringify([current, patch])
    assert.deepEqual(strategicMerge(Thing, current, patch), result)
    assert.equal(JSON.stringify([current, patch]), before, 'neither argument is changed')
  })
}
for (const [rule, current, patch, status, message] of fails) {
  test(`fails: ${rule}`, () => {
    assert.throws(
      () => strategicMerge(Thing, current, patch),
      (error: PatchFailure) => {
        assert.deepEqual([error.status, error.message], [status, message])
        return true
      },
    )
  })
}
