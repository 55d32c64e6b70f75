/** Programs of the machine: run to their end, or left running on their own. */
import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A program that ended with a code other than 0. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed'
  readonly code: number | null
  readonly stderr: string
  constructor(command: readonly string[], code: number | null, stderr: string) {
    super(`run ${command[0]}: exit code ${code}: ${stderr.trim()}`)
    this.code = code
    this.stderr = stderr
  }
}
/** How a pipe fails whose reader has gone: its last write refused, refused with bytes unread, or closed while more was to come. */
const READER_GONE: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']

export interface RunOptions {
  readonly input?: Uint8Array | Readable
  /** Ends it, with all force. */
  readonly signal?: AbortSignal
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program and gives what it wrote to standard output. Throws ProgramFailed, ENOENT when there is no such program, or what the input failed with. */
export function run(command: readonly string[], { input, signal, env }: RunOptions = {}): Promise<string> {
  const [program, ...args] = command
  // One that hangs may heed nothing less.
  const options: SpawnOptions = {
    signal,
    killSignal: 'SIGKILL',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(env && { env: { ...process.env, ...env } }),
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program as string, args, options)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', code =>
      code === 0 ? resolve(Buffer.concat(out).toString()) : reject(new ProgramFailed(command, code, Buffer.concat(err).toString())),
    )
    // A program that does not read all of its input ends the pipe; its exit code tells whether that was a failure.
    pipeline(input instanceof Readable ? input : [input ?? ''], child.stdin as Writable).catch((error: NodeJS.ErrnoException) => {
      if (READER_GONE.includes(error.code)) return
      child.kill()
      reject(error)
    })
  })
}

export type Conversation = ChildProcessByStdio<Writable, Readable, Readable>
/** Starts a program with which this process talks over its standard streams. It ends when `signal` aborts. */
export function converse([program = '', ...args]: readonly string[], { env, signal }: Omit<RunOptions, 'input'> = {}): Conversation {
  return spawn(program, args, { stdio: 'pipe', ...(signal && { signal }), ...(env && { env: { ...process.env, ...env } }) })
}

/** Starts a program that goes on when this process ends, its output appended to a file. Gives its process id. */
export function launch(
  command: readonly string[],
  { logFile, env }: { logFile: string; env?: Readonly<Record<string, string>> },
): Promise<number> {
  const [program, ...args] = command
  const log = openSync(logFile, 'a')
  const child = spawn(program as string, args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    ...(env && { env: { ...process.env, ...env } }),
  })
  closeSync(log)
  child.unref()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => resolve(child.pid as number))
  })
}

/** A command that runs in the network namespace that a file holds open; its mounts stay those of the machine. Reference: nsenter(1). */
export const inNetwork = (file: string, command: readonly string[]): readonly string[] => ['nsenter', `--net=${file}`, '--', ...command]

/** A command that runs under a host name of its own. Reference: unshare(1). */
export const underName = (name: string, command: readonly string[]): readonly string[] =>
  ['unshare', '--uts', '--', 'sh', '-c', 'hostname "$0" && exec "$@"', name].concat(command)

/** The command line of a live process; undefined when there is none of that id, or only its unreaped rest. */
export function commandLineOf(pid: number): readonly string[] | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    return words.length ? words : undefined
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** When a process was started, in clock ticks since boot; undefined when there is no such process. */
export function startTicksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command stands in parentheses and may hold spaces and parentheses itself.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A process that has ended stays in the list until its parent looks.
    return state === 'Z' || state === 'X' ? undefined : Number(rest[18])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return undefined
    throw error
  }
}
