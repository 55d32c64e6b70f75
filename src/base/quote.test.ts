/** Quoting as Go's %q does it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quote } from './quote.ts'

const rows: readonly (readonly [text: string, quoted: string])[] = [
  ['', '""'],
  ['web-1', '"web-1"'],
  ['a "b" \\', '"a \\"b\\" \\\\"'],
  ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\0\x7f', '"\\x00\\x7f"'],
  ['é 日本 😀', '"é 日本 😀"'],
  ['\u200b\u00a0', '"\\u200b\\u00a0"'],
  ['\u{e0001}', '"\\U000e0001"'],
]
for (const [text, quoted] of rows) test(quoted, () => assert.equal(quote(text), quoted))
