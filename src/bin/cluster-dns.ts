/** Cluster DNS on this machine; where its port is taken, it comes up when that is free. */
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import type { Client } from '#client/transport.ts'
import { startDns } from '#dns/dns.ts'
import { portOwner } from '#kubelet/machine/port-owner.ts'

const DNS_PORT = 53
const AGAIN_MS = 5_000

export interface ClusterDnsOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly address: string
  /** Of pods and services. */
  readonly ranges: readonly string[]
  /** Default 53. */
  readonly port?: number
}
export interface ClusterDns extends AsyncDisposable {
  /** Why it does not answer yet; absent when it does. */
  readonly problem?: string
}

/** Resolves when it answers, or when it is known that it cannot yet: the cluster does without until it can. */
export async function startClusterDns(options: ClusterDnsOptions): Promise<ClusterDns> {
  const { clock, log, address, port = DNS_PORT } = options
  const start = () => startDns({ ...options, random: systemRandom, addresses: [address] })
  try {
    return await start()
  } catch (error) {
    if (!isTaken(error)) throw error
  }
  const problem = `port ${port} is taken${by(port)}; "./knarr doctor" has the cure`
  log.warn({ address }, `cluster DNS does not answer: ${problem}`)
  const stop = new AbortController()
  const running = new AsyncDisposableStack()
  const trying = (async () => {
    for (;;) {
      await wait(clock, AGAIN_MS, stop.signal)
      if (stop.signal.aborted) return
      try {
        running.use(await start())
        return log.info({ address }, 'cluster DNS answers now')
      } catch (error) {
        if (!isTaken(error)) return log.error({ error, address }, 'cluster DNS cannot be started')
      }
    }
  })()
  return {
    problem,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await trying
      await running[Symbol.asyncDispose]()
    },
  }
}
const isTaken = (error: unknown) => (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
function by(port: number): string {
  const owner = portOwner(port)
  return owner?.process ? ` by ${owner.process.program} (process ${owner.process.pid}), on all addresses` : ''
}
