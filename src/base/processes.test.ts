/** What programs are given, and how they may refuse it. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import test from 'node:test'
import { run } from './processes.ts'

const MANY = 4_000_000
const zeros = () => Readable.from([Buffer.alloc(MANY), Buffer.alloc(MANY)])

for (const [rule, command, input, expected] of [
  ['gives a program its input from memory', ['cat'], Buffer.from('abc'), 'abc'],
  ['gives a program its input from a stream', ['wc', '-c'], zeros(), `${2 * MANY}\n`],
  ['a program may end before it has read all', ['head', '-c', '3'], zeros(), '\0\0\0'],
  ['a program may read nothing', ['echo', 'done'], zeros(), 'done\n'],
  ['a program without input sees its end', ['cat'], undefined, ''],
] as const)
  test(rule, async () => assert.equal(await run(command, { input }), expected))

test('a program that fails says so, whatever it read', () =>
  assert.rejects(run(['sh', '-c', 'echo no >&2; exit 3'], { input: zeros() }), { name: 'ProgramFailed', code: 3, stderr: 'no\n' }))

test('an input that fails ends the program, and its failure is told', async () => {
  const failing = Readable.from(
    (async function* () {
      yield Buffer.from('a')
      throw new Error('disk')
    })(),
  )
  await assert.rejects(run(['cat'], { input: failing }), /disk/)
})
