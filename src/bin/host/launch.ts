/** Starts the serving process in the background and listens to its progress. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { type Clock, wait } from '#base/clock.ts'
import { commandLineOf } from '#base/processes.ts'
import type { ClusterFolder } from '#cli/cluster.ts'
import type { Launch } from '#cli/host.ts'
import type { Progress } from '#cli/steps.ts'

/** The descriptor on which the serving process tells its progress. */
export const PROGRESS_DESCRIPTOR = 3
/** How V8 keeps the memory of a process that serves for long. */
export const SERVER_OPTIONS = [
  // While it starts, a server makes many objects that stay. V8 would conclude that all objects made in the same places stay, those of
  // requests too, and put them where only full collections find them: they would pile up, and what they hold with them.
  '--no-allocation-site-pretenuring',
  '--max-semi-space-size=16',
  // Little survives a small collection: four threads cost more to wake than they take over.
  '--no-parallel-scavenge',
  // By itself V8 lets old objects come to four times what is alive before it collects them: what a burst of writes replaces would double the process.
  '--heap-growing-percent=60',
]
const ABORT_TIMEOUT_MS = 10_000
const POLL_MS = 20

/** `program` is the script that this process itself runs. */
export function launchServer(clock: Clock, folder: ClusterFolder, program: string): Launch {
  const log = openSync(folder.log, 'a', 0o600)
  const child = spawn(process.execPath, [...SERVER_OPTIONS, program, 'server', folder.root], {
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
    cwd: '/',
  })
  closeSync(log)
  const pipe = child.stdio[PROGRESS_DESCRIPTOR] as Readable
  return {
    progress: messages(pipe),
    exited: new Promise((resolve, reject) => child.on('error', reject).on('exit', resolve)),
    release: () => {
      pipe.destroy()
      child.unref()
    },
    abort: () => abort(clock, child),
  }
}

export async function* messages(pipe: Readable): AsyncGenerator<Progress> {
  for await (const line of createInterface({ input: pipe })) yield JSON.parse(line) as Progress
}

/** In good order first, so that it takes down what it has already started. */
async function abort(clock: Clock, child: ChildProcess): Promise<void> {
  const pid = child.pid
  if (pid === undefined || child.exitCode !== null) return
  child.kill('SIGTERM')
  if (await isGone(clock, pid, ABORT_TIMEOUT_MS)) return
  child.kill('SIGKILL')
  await isGone(clock, pid, ABORT_TIMEOUT_MS)
}

/** Waits until a process is gone; false when it is still there after the time. */
export async function isGone(clock: Clock, pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = clock.now() + timeoutMs
  while (commandLineOf(pid)) {
    if (clock.now() > deadline) return false
    await wait(clock, POLL_MS)
  }
  return true
}
