/** A machine outside the cluster: a network namespace with a link to this one, in which test programs run. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import { run } from '#base/processes.ts'

const AGNHOST = new URL('../node/images/agnhost.pl', import.meta.url).pathname

export interface Outside extends AsyncDisposable {
  /** Of the machine outside. */
  readonly address: string
  /** Of this machine, as it is seen from there. */
  readonly here: string
  /** Both over IPv6. */
  readonly six: { readonly address: string; readonly here: string }
  /** Runs a program there to its end, and gives its output. Throws ProgramFailed. */
  run(command: readonly string[]): Promise<string>
  /** Asks as the test image's `dial` does. */
  dial(...words: readonly string[]): Promise<string>
  /** Starts the test image's servers there; resolves when they listen. */
  serve(...flags: readonly string[]): Promise<void>
}

/** Needs root. */
export async function makeOutside(): Promise<Outside> {
  // A range that is kept for measurements between networks (RFC 2544): nobody's.
  const [third, block] = [randomInt(256), 4 * randomInt(64)]
  const at = (i: number) => `198.18.${third}.${block + i}`
  // Likewise (RFC 5180).
  const sixAt = (i: number) => `2001:2:0:${((third << 8) | block).toString(16)}::${i}`
  const name = `kn-out-${third}-${block}`
  const link = `ko${third}-${block}`
  const servers: ChildProcess[] = []
  await run(['ip', 'netns', 'add', name])
  await run(['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name])
  await run(['ip', 'address', 'add', `${at(1)}/30`, 'dev', link])
  await run(['ip', 'address', 'add', `${sixAt(1)}/64`, 'dev', link, 'nodad'])
  await run(['ip', 'link', 'set', link, 'up'])
  const there = (command: readonly string[]) => ['ip', 'netns', 'exec', name, ...command]
  await run(there(['ip', 'link', 'set', 'lo', 'up']))
  await run(there(['ip', 'address', 'add', `${at(2)}/30`, 'dev', 'eth0']))
  await run(there(['ip', 'address', 'add', `${sixAt(2)}/64`, 'dev', 'eth0', 'nodad']))
  await run(there(['ip', 'link', 'set', 'eth0', 'up']))
  for (const gateway of [at(1), sixAt(1)]) await run(there(['ip', 'route', 'add', 'default', 'via', gateway]))
  return {
    address: at(2),
    here: at(1),
    six: { address: sixAt(2), here: sixAt(1) },
    run: command => run(there(command)),
    dial: async (...words) => (await run(there(['perl', AGNHOST, 'dial', ...words]))).trim(),
    serve: async (...flags) => {
      const [program = '', ...args] = there(['perl', AGNHOST, 'netexec', ...flags])
      const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      servers.push(server)
      // It says so when it listens.
      await once(server.stdout, 'data')
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        const ended = once(server, 'exit')
        server.kill('SIGKILL')
        await ended
      }
      await run(['ip', 'netns', 'delete', name])
      // The namespace is taken down a moment later, and with it the link.
      await run(['ip', 'link', 'delete', link]).catch(() => undefined)
    },
  }
}
