/** The machine's own shutdown, as systemd-logind tells of it and lets it be delayed. Reference: "Inhibitor Locks" of systemd; docs/decisions/0011. */
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { type Conversation, converse, run } from '#base/processes.ts'

const SERVICE = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'] as const
const ANNOUNCEMENTS = `type='signal',path='${SERVICE[1]}',interface='${SERVICE[2]}',member='PrepareForShutdown'`
/** So that nothing that is started here outlives this process, however that ends. */
const MORTAL = ['setpriv', '--pdeathsig', 'TERM', '--'] as const
/** A bus that hangs is as good as none. */
const ANSWER_MS = 10_000

export interface LogindOptions {
  /** Where the bus listens; default: where the machine's own does. */
  readonly busAddress?: string
}
/** A shutdown that has begun: true; that was called off: false. */
export type Announcement = boolean

/** Each method throws what `run` throws when there is no logind, or it refuses. */
export class Logind {
  readonly #env: Readonly<Record<string, string>>

  constructor({ busAddress }: LogindOptions = {}) {
    this.#env = busAddress === undefined ? {} : { DBUS_SYSTEM_BUS_ADDRESS: busAddress }
  }

  /** For so long a lock delays a shutdown at most. */
  async delayMaxMs(): Promise<number> {
    return Number((await this.#property('InhibitDelayMaxUSec')).replace(/^t /, '')) / 1000
  }
  async isShuttingDown(): Promise<boolean> {
    return (await this.#property('PreparingForShutdown')) === 'b true'
  }
  /** Has logind read its configuration again, some time soon. */
  async reload(): Promise<void> {
    const manager = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager']
    await this.#busctl(['call', ...manager, 'KillUnit', 'ssi', 'systemd-logind.service', 'all', '1'])
  }

  /** Delays shutdowns until the lock is disposed, or this process ends. */
  async hold({ who, why }: { readonly who: string; readonly why: string }): Promise<AsyncDisposable> {
    // It holds the lock as long as the program does that it runs: one that ends with the pipe from here.
    const words = ['--what=shutdown', '--mode=delay', `--who=${who}`, `--why=${why}`, 'sh', '-c', 'echo held; exec cat > /dev/null']
    const child = this.#start(['systemd-inhibit', ...words])
    await heard(child, child.stdout, 'held')
    return {
      async [Symbol.asyncDispose]() {
        child.stdin.end()
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      },
    }
  }

  /** Resolves once it listens: what is announced from then on is given, until `signal` aborts or the bus goes away. */
  async listen(signal: AbortSignal): Promise<AsyncIterable<Announcement>> {
    const child = this.#start([...MORTAL, 'busctl', '--system', `--match=${ANNOUNCEMENTS}`, 'monitor'], signal)
    await heard(child, child.stderr, 'Monitoring bus message stream')
    return announcements(child.stdout)
  }

  async #property(name: string): Promise<string> {
    return (await this.#busctl(['get-property', ...SERVICE, name])).trim()
  }
  #busctl(words: readonly string[]): Promise<string> {
    return run(['busctl', '--system', ...words], { env: this.#env, signal: AbortSignal.timeout(ANSWER_MS) })
  }
  #start(command: readonly string[], signal?: AbortSignal): Conversation {
    const child = converse(command, { env: this.#env, ...(signal && { signal }) })
    // That it was ended from here is no failure; others are told where they are waited for.
    child.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    return child
  }
}

/** Resolves when the program has written `text` there. Throws when it ends first. */
async function heard(child: Conversation, stream: Readable, text: string): Promise<void> {
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)))
  if (stream !== child.stderr) stream.on('data', (chunk: Buffer) => (said += String(chunk)))
  const isLate = AbortSignal.timeout(ANSWER_MS)
  const kill = () => void child.kill()
  isLate.addEventListener('abort', kill)
  await new Promise<void>((resolve, reject) => {
    stream.on('data', () => said.includes(text) && resolve())
    child.once('error', reject)
    child.once('close', () => reject(new Error(`run ${child.spawnargs.join(' ')}: it has ended: ${said.trim()}`)))
  }).finally(() => isLate.removeEventListener('abort', kill))
}

async function* announcements(stream: Readable): AsyncIterable<Announcement> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = `${rest}${String(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const value = /\bBOOLEAN (true|false);/.exec(line)?.[1]
      if (value !== undefined) yield value === 'true'
    }
  }
}
