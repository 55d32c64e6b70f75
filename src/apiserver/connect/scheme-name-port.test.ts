/** Forms in which a path names what is proxied. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSchemeNamePort } from './scheme-name-port.ts'

const rows: [text: string, parsed: readonly [string, string, string] | undefined][] = [
  ['web', ['http', 'web', '']],
  ['web:80', ['http', 'web', '80']],
  ['web:http', ['http', 'web', 'http']],
  ['http:web:80', ['http', 'web', '80']],
  ['https:web:', ['https', 'web', '']],
  [':web:', ['http', 'web', '']],
  ['web:', ['http', 'web', '']],
  ['ftp:web:80', undefined],
  ['https::80', undefined],
  [':80', undefined],
  ['a:b:c:d', undefined],
]
for (const [text, parsed] of rows)
  test(`a proxied name: "${text}"`, () => {
    const found = parseSchemeNamePort(text)
    assert.deepEqual(found && [found.scheme, found.name, found.port], parsed)
  })
