/** What is kept in blocks comes out as it went in, and its room is used again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteBlocks } from './byte-blocks.ts'

const piece = (length: number) => Buffer.from(Array.from({ length }, (_, i) => i & 255))
for (const length of [1, 7, 8, 9, 16, 30])
  test(`a piece of ${length} bytes is read as it was kept`, () => {
    const blocks = new ByteBlocks({ bytes: 64, blockBytes: 8 })
    const [other, first] = [blocks.keep(Buffer.from('other')), blocks.keep(piece(length))]
    assert.deepEqual(blocks.read(first, length), piece(length))
    assert.equal(blocks.freeBytes, 64 - 8 - 8 * Math.ceil(length / 8))
    blocks.letGo(other)
    blocks.letGo(first)
    assert.equal(blocks.freeBytes, 64)
  })
test('blocks of pieces that were let go are taken again; when none is free it is told', () => {
  const blocks = new ByteBlocks({ bytes: 64, blockBytes: 8 })
  const kept = Array.from({ length: 4 }, (_, i) => blocks.keep(Buffer.alloc(16, i)))
  assert.throws(() => blocks.keep(piece(1)), RangeError)
  blocks.letGo(kept[1] as number)
  const again = blocks.keep(piece(12))
  assert.deepEqual(blocks.read(again, 12), piece(12))
  for (const i of [0, 2, 3]) assert.deepEqual(blocks.read(kept[i] as number, 16), Buffer.alloc(16, i))
})
