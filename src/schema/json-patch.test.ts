/** JSON patch: the RFC's examples, and where the Kubernetes API server differs from them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COPIED_MAX, jsonPatch, OPERATIONS_MAX } from './json-patch.ts'
import { PatchFailure } from './patch-failure.ts'

const applies: readonly (readonly [rule: string, current: unknown, patch: unknown, result: unknown])[] = [
  ['adds a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
  ['adds before an index', { foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }], { foo: ['bar', 'qux', 'baz'] }],
  ['adds at the end with -', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['a'] }], { foo: ['bar', ['a']] }],
  ['removes a member', { baz: 1, foo: 2 }, [{ op: 'remove', path: '/baz' }], { foo: 2 }],
  ['removes an item', { foo: [1, 2, 3] }, [{ op: 'remove', path: '/foo/1' }], { foo: [1, 3] }],
  ['replaces a value', { baz: 1, foo: 2 }, [{ op: 'replace', path: '/baz', value: 3 }], { baz: 3, foo: 2 }],
  ['replace creates a missing member, as upstream', { foo: 2 }, [{ op: 'replace', path: '/baz', value: 3 }], { foo: 2, baz: 3 }],
  ['replaces the whole', { foo: 2 }, [{ op: 'replace', path: '', value: { a: 1 } }], { a: 1 }],
  ['moves a member', { a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
  ['moves an item', { foo: [1, 2, 3] }, [{ op: 'move', from: '/foo/0', path: '/foo/2' }], { foo: [2, 3, 1] }],
  [
    'copies a value, not a reference',
    { a: { b: 1 } },
    [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'add', path: '/c/b', value: 2 },
    ],
    { a: { b: 1 }, c: { b: 2 } },
  ],
  [
    'test passes on equal values of any key order',
    { a: { x: 1, y: [2] } },
    [{ op: 'test', path: '/a', value: { y: [2], x: 1 } }],
    { a: { x: 1, y: [2] } },
  ],
  ['test of null passes on a missing member', {}, [{ op: 'test', path: '/a', value: null }], {}],
  [
    'escapes: ~1 is a slash, ~0 a tilde, in this order',
    { 'a/b': 1, '~1': 2 },
    [
      { op: 'remove', path: '/a~1b' },
      { op: 'replace', path: '/~01', value: 3 },
    ],
    { '~1': 3 },
  ],
  [
    'negative indices count from the end',
    { a: [1, 2, 3] },
    [
      { op: 'remove', path: '/a/-1' },
      { op: 'add', path: '/a/-1', value: 9 },
    ],
    { a: [1, 2, 9] },
  ],
  ['a missing value is null', {}, [{ op: 'add', path: '/a' }], { a: null }],
]
const fails: readonly (readonly [rule: string, current: unknown, patch: unknown, status: number, message: string | RegExp])[] = [
  ['not a list', {}, { op: 'add' }, 400, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
  ['unknown operation', {}, [{ op: 'spam' }], 422, 'Unexpected kind: spam'],
  ['no operation', {}, [{}], 422, 'Unexpected kind: unknown'],
  [
    'no way to the parent',
    {},
    [{ op: 'add', path: '/a/b', value: 1 }],
    422,
    'add operation does not apply: doc is missing path: "/a/b": missing value',
  ],
  [
    'remove of a missing member',
    {},
    [{ op: 'remove', path: '/a' }],
    422,
    "error in remove for path: '/a': Unable to remove nonexistent key: a: missing value",
  ],
  [
    'replace beyond the end',
    { a: [] },
    [{ op: 'replace', path: '/a/0', value: 1 }],
    422,
    'replace operation does not apply: doc is missing key: /a/0: missing value',
  ],
  [
    'add beyond the end',
    { a: [] },
    [{ op: 'add', path: '/a/1', value: 1 }],
    422,
    "error in add for path: '/a/1': Unable to access invalid index: 1: invalid index referenced",
  ],
  [
    'add at no index',
    { a: [] },
    [{ op: 'add', path: '/a/x', value: 1 }],
    422,
    `error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
  ],
  ['test of another value', { a: 1 }, [{ op: 'test', path: '/a', value: 2 }], 422, 'testing value /a failed: test failed'],
  ['no path', {}, [{ op: 'add', value: 1 }], 422, 'add operation failed to decode path: missing value'],
  [
    'too many operations',
    {},
    Array.from({ length: OPERATIONS_MAX + 1 }, () => ({ op: 'test', path: '/a' })),
    413,
    `The allowed maximum operations in a JSON patch is 10000, got 10001`,
  ],
  [
    'copies that grow without end',
    { a: 'x'.repeat(2 ** 18) },
    Array.from({ length: 20 }, () => ({ op: 'copy', from: '/a', path: '/b' })),
    422,
    new RegExp(`exceeding the limit ${COPIED_MAX}$`),
  ],
]

for (const [rule, current, patch, result] of applies) {
  test(rule, () => {
    const before = JSON.stringify(current)
    assert.deepEqual(jsonPatch(current, patch), result)
    assert.equal(JSON.stringify(current), before, 'the current object is left as it is')
  })
}
for (const [rule, current, patch, status, message] of fails) {
  test(`fails: ${rule}`, () => {
    assert.throws(
      () => jsonPatch(current, patch),
      (error: PatchFailure) => {
        assert(error instanceof PatchFailure)
        assert.equal(error.status, status)
        if (typeof message === 'string') assert.equal(error.message, message)
        else assert.match(error.message, message)
        return true
      },
    )
  })
}
test('__proto__ is a name like any other', () => {
  const patched = jsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }])
  assert.equal(JSON.stringify(patched), '{"__proto__":{"polluted":true}}')
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  assert.throws(() => jsonPatch({}, [{ op: 'add', path: '/__proto__/polluted', value: true }]), PatchFailure)
  assert.throws(() => jsonPatch({}, [{ op: 'add', path: '/constructor/polluted', value: true }]), PatchFailure)
})
