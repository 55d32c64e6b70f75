/** The process that users start: a command, or the serving process itself. */
import { fileURLToPath } from 'node:url'
import { runProgram } from '#cli/program.ts'
import { thisHost } from './host/host.ts'

const ALIVE_MS = 60_000
const words = process.argv.slice(2)
if (words[0] === 'server') {
  // Loaded only here: a command starts faster without the whole control plane.
  const { serve } = await import('./server.ts')
  await serve(words.slice(1))
} else {
  // The clock's timers keep no process alive, but a command that waits by them is not done.
  const alive = setInterval(() => undefined, ALIVE_MS)
  process.exitCode = await runProgram(thisHost(fileURLToPath(import.meta.url)), words)
  clearInterval(alive)
}
