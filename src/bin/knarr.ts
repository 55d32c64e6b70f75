/** The process that users start: a command, or the serving process itself. */
import { fileURLToPath } from 'node:url'
import { runProgram } from '#cli/program.ts'
import { thisHost } from './host/host.ts'

const words = process.argv.slice(2)
if (words[0] === 'server') {
  // Loaded only here: a command starts faster without the whole control plane.
  const { serve } = await import('./server.ts')
  await serve(words.slice(1))
} else {
  process.exitCode = await runProgram(thisHost(fileURLToPath(import.meta.url)), words)
}
