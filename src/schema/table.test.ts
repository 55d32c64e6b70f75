/** Tables: columns, ages, and what rows carry. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table } from './table.ts'

interface Thing {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string; readonly uid?: string }
  readonly size?: number
}
const THING: Thing = { metadata: { name: 'a', creationTimestamp: '2030-01-01T00:00:00Z' }, size: 3 }
const now = Date.parse('2030-01-01T00:02:30Z')
const kind = {
  options: {
    columns: {
      Size: { type: 'integer', cell: (thing: Thing) => thing.size },
      Age: { type: 'date', cell: (thing: Thing) => thing.metadata.creationTimestamp },
      Late: (_: Thing, now: number) => now > 0,
      Uid: { wide: true, doc: 'Unique.', cell: (thing: Thing) => thing.metadata.uid ?? '<none>' },
    },
  },
} as const

test('names come first; wide columns have priority 1', () => {
  const { columnDefinitions } = table(kind, [], { now })
  assert.deepEqual(
    (columnDefinitions ?? []).map(({ name, type, format, priority }) => [name, type, format, priority]),
    [
      ['Name', 'string', 'name', 0],
      ['Size', 'integer', '', 0],
      ['Age', 'date', '', 0],
      ['Late', 'string', '', 0],
      ['Uid', 'string', '', 1],
    ],
  )
})
test('dates are shown as ages, what is missing as null', () => {
  const rows = [THING, { metadata: { name: 'b' } }, { metadata: { name: 'c', creationTimestamp: 'soon' } }]
  assert.deepEqual(
    table(kind, rows, { now }).rows.map(({ cells }) => cells),
    [
      ['a', 3, '2m30s', true, '<none>'],
      ['b', null, '<unknown>', true, '<none>'],
      ['c', null, '<invalid: "soon">', true, '<none>'],
    ],
  )
})
test('kinds without columns show when objects were created', () => {
  const { columnDefinitions, rows } = table({ options: {} }, [THING], { now })
  assert.deepEqual(
    (columnDefinitions ?? []).map(({ name, type }) => [name, type]),
    [
      ['Name', 'string'],
      ['Created At', 'date'],
    ],
  )
  assert.deepEqual(rows[0]?.cells, ['a', '2030-01-01T00:00:00Z'])
})
test('rows carry what was asked for', () => {
  const object = (includeObject?: 'None' | 'Metadata' | 'Object') => table(kind, [THING], { now, includeObject }).rows[0]?.object
  assert.deepEqual(object(), { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: THING.metadata })
  assert.deepEqual(object('Object'), THING)
  assert.equal(object('None'), undefined)
})
