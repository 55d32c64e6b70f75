/** Requests at a steady rate, half over connections that are kept and half over new ones; what is lost of them. */
import { Agent, request } from 'node:http'

/** Kept connections: so many that the rate is reached when each answer takes a while. */
const KEPT = 20
const TICK_MS = 5
const TIMEOUT_MS = 5_000

export class Load {
  readonly #host: string
  readonly #perTick: number
  readonly #kept = new Agent({ keepAlive: true, maxSockets: KEPT })
  readonly #failed: string[] = []
  readonly #pending = new Set<Promise<void>>()
  readonly #begun = performance.now()
  readonly #timer: NodeJS.Timeout
  sent = 0

  constructor(host: string, perSecond: number) {
    this.#host = host
    this.#perTick = perSecond / 1_000
    // What a late tick missed is made up for.
    this.#timer = setInterval(() => {
      const due = Math.floor((performance.now() - this.#begun) * this.#perTick)
      while (this.sent < due) this.#send()
    }, TICK_MS)
  }

  /** Resolves when so many have been sent. */
  async until(count: number): Promise<void> {
    while (this.sent < count) await new Promise(resolve => setTimeout(resolve, TICK_MS))
  }
  /** Resolves when all are answered or lost. */
  async end(): Promise<{ readonly sent: number; readonly failed: readonly string[]; readonly tookMs: number }> {
    clearInterval(this.#timer)
    const tookMs = performance.now() - this.#begun
    await Promise.all(this.#pending)
    this.#kept.destroy()
    return { sent: this.sent, failed: this.#failed, tookMs }
  }

  #send(): void {
    const agent = this.sent++ % 2 ? this.#kept : false
    const answered = new Promise<void>(resolve => {
      const asked = request({ host: this.#host, port: 80, path: '/hostname', agent, timeout: TIMEOUT_MS }, response => {
        if (response.statusCode !== 200) this.#failed.push(`answered ${response.statusCode}`)
        response
          .resume()
          .on('end', resolve)
          .on('error', () => undefined)
      })
      asked.on('timeout', () => asked.destroy(new Error('timed out')))
      asked.on('error', error => {
        this.#failed.push(`${agent ? 'kept' : 'new'} connection: ${error.message}`)
        resolve()
      })
      asked.end()
    })
    this.#pending.add(answered)
    void answered.then(() => this.#pending.delete(answered))
  }
}
