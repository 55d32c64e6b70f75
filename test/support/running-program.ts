/** A program that runs while a test looks at what it says, with or without a terminal. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'

export interface RunningProgramOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Gives it a terminal of its own, made by script(1); both outputs come as one then. */
  readonly terminal?: boolean
}
/** Long enough for real containers on a busy machine. */
const WAIT_TIMEOUT_MS = 90_000
const PROMPT_AGAIN_MS = 1_000
const STOP_TIMEOUT_MS = 30_000

export class RunningProgram implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #name: string
  readonly #ended: Promise<number | null>
  #stdout = ''
  #stderr = ''
  #look: () => void = () => undefined

  constructor(command: readonly string[], { env, cwd, terminal }: RunningProgramOptions = {}) {
    this.#name = command.slice(1).join(' ')
    const quoted = command.map(word => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    const [program = '', ...args] = terminal ? ['script', '-qfec', quoted, '/dev/null'] : command
    this.#child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString()
      this.#look()
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString()
      this.#look()
    })
    // A program that has ended reads no more; its exit code tells the rest.
    this.#child.stdin?.on('error', () => undefined)
    this.#ended = once(this.#child, 'close').then(([code]) => code as number | null)
    void this.#ended.then(() => this.#look())
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }
  get stdout(): string {
    return this.#stdout
  }
  get stderr(): string {
    return this.#stderr
  }
  /** Sends to its standard input. */
  write(text: string | Uint8Array): void {
    this.#child.stdin?.write(text)
  }
  /** Changes the size of its terminal, which tells the program so. */
  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    const [child = ''] = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').split(' ')
    execFileSync('stty', ['-F', readlinkSync(`/proc/${child}/fd/0`), 'cols', String(columns), 'rows', String(rows)])
  }
  /** Ends its standard input. */
  end(): void {
    this.#child.stdin?.end()
  }

  /** Waits until it has said something that matches, on either output. Throws when it ends before, or takes too long. */
  async says(pattern: RegExp, timeoutMs = WAIT_TIMEOUT_MS): Promise<RegExpExecArray> {
    const deadline = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const found = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr)
      if (found) return found
      const said = `it said: ${JSON.stringify(this.#stdout)} ${JSON.stringify(this.#stderr)}`
      if (this.#child.exitCode !== null && this.#child.stdout?.readableEnded)
        throw new Error(`wait for ${pattern} from "${this.#name}": it ended with code ${this.#child.exitCode}; ${said}`)
      if (deadline.aborted) throw new Error(`wait for ${pattern} from "${this.#name}": not within ${timeoutMs} ms; ${said}`)
      await new Promise<void>(resolve => {
        this.#look = resolve
        deadline.addEventListener('abort', () => resolve())
      })
    }
  }
  /** Waits for a prompt that may have been written before anybody listened: an empty line brings another one. */
  async prompts(pattern: RegExp): Promise<void> {
    const asking = setInterval(() => this.write('\n'), PROMPT_AGAIN_MS)
    try {
      await this.says(pattern)
    } finally {
      clearInterval(asking)
    }
  }
  /** Waits for its end and gives the exit code. Throws when that takes too long. */
  async exit(timeoutMs = WAIT_TIMEOUT_MS): Promise<number | null> {
    const tooLate = new Promise<'late'>(resolve => setTimeout(resolve, timeoutMs, 'late').unref())
    const code = await Promise.race([this.#ended, tooLate])
    if (code !== 'late') return code
    throw new Error(
      `wait for the end of "${this.#name}": not within ${timeoutMs} ms; it said: ${JSON.stringify(this.#stdout)} ${JSON.stringify(this.#stderr)}`,
    )
  }
  /** Ctrl-C. Gives the exit code. */
  stop(): Promise<number | null> {
    this.#child.kill('SIGINT')
    return this.exit(STOP_TIMEOUT_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
