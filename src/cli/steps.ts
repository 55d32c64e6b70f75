/** Shows what is being done and how long each step took. */

/** What the serving process tells the command that started it, a JSON line each. */
export type Progress =
  | { readonly step: string; readonly done?: false }
  | { readonly step: string; readonly done: true; readonly ms: number; readonly note?: string }
  | { readonly ready: true }
  | { readonly failed: string }

export interface Terminal {
  readonly isInteractive: boolean
  write(text: string): void
}
const NAME_WIDTH = 44
const GREEN = '\u001b[32m'
const RED = '\u001b[31m'
const DIM = '\u001b[2m'
const RESET = '\u001b[0m'
/** Back to the first column, and the line cleared. */
const REWIND = '\r\u001b[K'

export class Steps {
  readonly #terminal: Terminal
  #open: string | undefined
  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }
  begin(step: string): void {
    if (!this.#terminal.isInteractive) return
    this.#open = step
    this.#terminal.write(`${REWIND}${DIM}  ${step} …${RESET}`)
  }
  done(step: string, ms: number, note?: string): void {
    this.#clear()
    const mark = this.#paint(GREEN, '✓')
    this.#terminal.write(`${mark} ${(note ? `${step} (${note})` : step).padEnd(NAME_WIDTH)} ${String(Math.round(ms)).padStart(6)} ms\n`)
  }
  failed(message: string): void {
    this.#clear()
    this.#terminal.write(`${this.#paint(RED, '✗')} ${message}\n`)
  }
  /** Runs one step and shows it. */
  async run<T>(step: string, work: () => Promise<T>): Promise<T> {
    const begun = performance.now()
    this.begin(step)
    const result = await work()
    this.done(step, performance.now() - begun)
    return result
  }
  #clear(): void {
    if (this.#open !== undefined) this.#terminal.write(REWIND)
    this.#open = undefined
  }
  #paint(colour: string, text: string): string {
    return this.#terminal.isInteractive ? `${colour}${text}${RESET}` : text
  }
}
