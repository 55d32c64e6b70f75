/** Base64 and Go's errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeBase64, encodeBase64 } from './base64.ts'

test('bytes survive', () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256)
    assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString('base64'))
    assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes)
  }
  const large = new Uint8Array(100_000).fill(200)
  assert.deepEqual(decodeBase64(encodeBase64(large)), large)
})
test('line breaks are skipped', () => assert.deepEqual(decodeBase64('aG\nk\r\n=\n'), Uint8Array.of(104, 105)))

const refused: readonly (readonly [text: string, at: number])[] = [
  ['a', 0],
  ['aG', 0],
  ['aGk', 0],
  ['aGkaG', 4],
  ['a*k=', 1],
  ['aGk=x', 4],
  ['aG==x', 4],
  ['aG=x', 2],
  ['a===', 1],
  ['aGé=', 2],
  ['aG-_', 2],
]
for (const [text, at] of refused) {
  test(`'${text}' is no base64`, () => assert.throws(() => decodeBase64(text), { message: `illegal base64 data at input byte ${at}` }))
}
