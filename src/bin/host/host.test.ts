/** What commands have of the machine that is worth a rule. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

test('a command whose output nobody reads any more goes on to its end', async () => {
  const script = `import { thisHost } from '#bin/host/host.ts'
const { output } = thisHost('')
process.stdin.once('end', () => {
  output.write('a')
  output.write('b')
  setTimeout(() => console.error('done'), 50)
}).resume()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { cwd: new URL('../../..', import.meta.url) })
  child.stdout.once('close', () => child.stdin.end()).destroy()
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.deepEqual([told, code], ['done\n', 0])
})
