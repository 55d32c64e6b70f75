/** A process that runs one command and ends. */
import { runProgram } from '#cli/program.ts'
import { thisHost } from './host/host.ts'

const ALIVE_MS = 60_000

/** Sets the exit code of the process. */
export async function runCommand(words: readonly string[]): Promise<void> {
  // The clock's timers keep no process alive, but a command that waits by them is not done.
  const alive = setInterval(() => undefined, ALIVE_MS)
  // The script that runs is also the one that serves.
  process.exitCode = await runProgram(thisHost(process.argv[1] as string), words)
  clearInterval(alive)
}
