/** The process that sends requests: as many as are answered within a time, over some connections that stay open. */
import type { Access } from '../cluster.ts'
import { http1 } from './http1.ts'
import { http2 } from './http2.ts'
import { connectTls, type Protocol } from './requester.ts'

export interface RequestsJob {
  readonly access: Access
  readonly protocol: Protocol
  readonly connections: number
  readonly method: string
  readonly path: string
  /** `%NAME%` stands for a name that no other request has. */
  readonly body?: string
  /** Starts the names. */
  readonly prefix?: string
}
export interface RequestsReport {
  readonly perSecond: number
  readonly count: number
  readonly bytes: number
  /** Milliseconds. */
  readonly median: number
  readonly p99: number
}
/** Asks for a round. */
export interface RequestsRound {
  readonly forMs: number
}
const DIGITS = 8

// It never outlives the bench.
process.once('disconnect', () => process.exit())
process.once('message', (job: RequestsJob) => void serve(job))

/** Tells when all connections are open; then each message is a round, and its report the answer. */
async function serve({ access, protocol, connections, method, path, body, prefix = 'p' }: RequestsJob): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connectTls(access, protocol)))
  const speak = { h1: http1, h2: http2 }[protocol]
  const placeholder = prefix.padEnd(prefix.length + DIGITS, '0')
  let next = 0
  const senders = sockets.map(socket => {
    const requester = speak(socket)
    const filled = body && Buffer.from(body.replaceAll('%NAME%', placeholder))
    const request = requester.request(method, path, filled || undefined)
    const name = body === undefined ? -1 : request.indexOf(placeholder) + prefix.length
    return () => {
      if (name >= 0) request.write(String(next++).padStart(DIGITS, '0'), name, 'latin1')
      return requester.send(request)
    }
  })
  process.on('message', ({ forMs }: RequestsRound) => void run(senders, forMs).then(report => process.send?.(report)))
  process.send?.('open')
}

async function run(senders: readonly (() => Promise<number>)[], forMs: number): Promise<RequestsReport> {
  const latencies: number[] = []
  let bytes = 0
  const begun = performance.now()
  await Promise.all(
    senders.map(async send => {
      for (let now = performance.now(); now < begun + forMs; ) {
        // Not `bytes += await …`, which would forget what the others add meanwhile.
        const length = await send()
        bytes += length
        const then = now
        now = performance.now()
        latencies.push(now - then)
      }
    }),
  )
  const tookMs = performance.now() - begun
  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0
  return { perSecond: (latencies.length / tookMs) * 1_000, count: latencies.length, bytes, median: at(0.5), p99: at(0.99) }
}
