/** Messages keep what is put into them, and what others wrote is read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bool, bytes, double, int, ints, many, message, one, text, textMap, texts } from './message.ts'

const Inner = message({ name: text(1), count: int(2) })
const Outer = message({
  id: text(1),
  big: int(2),
  flag: bool(3),
  inner: one(4, Inner),
  items: many(5, Inner),
  words: texts(6),
  numbers: ints(7),
  labels: textMap(8),
  data: bytes(9),
  ratio: double(10),
})
const EMPTY = {
  id: '',
  big: 0,
  flag: false,
  inner: undefined,
  items: [],
  words: [],
  numbers: [],
  labels: {},
  data: new Uint8Array(),
  ratio: 0,
}
const rows: readonly [string, Parameters<typeof Outer.encode>[0]][] = [
  ['nothing', {}],
  ['scalars', { id: 'é', big: 2 ** 50 + 1, flag: true, ratio: 0.25 }],
  ['negative numbers', { big: -1 }],
  ['an empty inner message differs from none', { inner: {} }],
  ['lists keep empty items', { items: [{ name: 'a' }, {}], words: ['', 'b'], numbers: [0, -5, 300] }],
  ['maps', { labels: { a: '1', b: '' } }],
  ['bytes', { data: Buffer.from([0, 255]) }],
]
for (const [rule, value] of rows)
  test(`round trip: ${rule}`, () => {
    const filled = JSON.parse(JSON.stringify({ ...EMPTY, ...value, ...fill(value) }))
    assert.deepEqual(JSON.parse(JSON.stringify(Outer.decode(Outer.encode(value)))), filled)
  })
const fill = ({ inner, items, data }: Parameters<typeof Outer.encode>[0]) => ({
  ...(inner && { inner: { name: '', count: 0, ...inner } }),
  ...(items && { items: items.map(item => ({ name: '', count: 0, ...item })) }),
  ...(data && { data: Buffer.from(data) }),
})

test('packed numbers and unknown fields are read', () => {
  const packed = Buffer.from([0x3a, 3, 1, 0xac, 2, 0x9a, 1, 1, 0x41, 0x0a, 1, 0x78])
  const { numbers, id } = Outer.decode(packed)
  assert.deepEqual([numbers, id], [[1, 300], 'x'])
})
test('a message that is cut short is refused', () => {
  assert.throws(() => Outer.decode(Buffer.from([0x0a, 5, 0x61])), /cut short/)
})
