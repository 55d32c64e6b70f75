/** A body of many parts is the same whole and in pieces, however the parts lie to the pieces. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Joined } from './joined.ts'

const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['nothing', [], []],
  ['empty parts', ['', ''], []],
  ['parts that fit into one piece', ['a', 'bc'], ['abc']],
  ['parts that fill a piece', ['ab', 'cd'], ['abcd']],
  ['a part over two pieces', ['abc', 'def'], ['abcd', 'ef']],
  ['a part over many pieces', ['a', 'bcdefghijk', 'l'], ['abcd', 'efgh', 'ijkl']],
]
for (const [what, parts, pieces] of rows)
  test(`in pieces of four: ${what}`, () => {
    const joined = new Joined(parts.map(part => Buffer.from(part)))
    const made: string[] = []
    for (const piece of joined.pieces(Buffer.alloc(4))) made.push(Buffer.from(piece).toString())
    assert.deepEqual(made, pieces)
    assert.equal(joined.whole().toString(), parts.join(''))
    assert.equal(joined.length, parts.join('').length)
  })
