/** What a file of variables can say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseEnvFile } from './env-file.ts'

const rows: readonly [rule: string, text: string, expected: Readonly<Record<string, string>>][] = [
  ['nothing', '', {}],
  ['a variable', "A='1'", { A: '1' }],
  ['blanks around it, blank lines and comments', "\n  # why\n  A = '1'  \n\nB='2'\n", { A: '1', B: '2' }],
  ['what is quoted stays as it is', 'A=\' # $B \\n "x" \'', { A: ' # $B \\n "x" ' }],
  ['over lines', "A='one\n# two\nthree'\nB=''\n", { A: 'one\n# two\nthree', B: '' }],
  ['the last one wins', "A='1'\nA='2'\n", { A: '2' }],
]
for (const [rule, text, expected] of rows) test(rule, () => assert.deepEqual(Object.fromEntries(parseEnvFile(text)), expected))
const refused: readonly [rule: string, text: string, line: number][] = [
  ['no quotes', "A='1'\nB=2\n", 2],
  ['double quotes', 'A="1"', 1],
  ['two texts side by side', "A='1''2'", 1],
  ['another variable', "A='a'$B", 1],
  ['an open quote', "\nA='a\n", 2],
  ['no variable', 'hello', 1],
]
for (const [rule, text, line] of refused)
  test(`refused: ${rule}`, () => assert.throws(() => parseEnvFile(text), { message: `line ${line} is not of the form NAME='value'` }))
