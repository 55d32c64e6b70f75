/** The process that sends requests: as many as are answered within a time, over some connections at once. */
import type { Access } from '../cluster.ts'
import { http1 } from './http1.ts'
import { http2 } from './http2.ts'
import { connectTls, type Protocol } from './requester.ts'

export interface RequestsJob {
  readonly access: Access
  readonly protocol: Protocol
  readonly connections: number
  readonly forMs: number
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
const DIGITS = 8

// It never outlives the bench.
process.once('disconnect', () => process.exit())
process.once('message', (job: RequestsJob) => void run(job).then(report => process.send?.(report, () => process.exit(0))))

async function run({ access, protocol, connections, forMs, method, path, body, prefix = 'p' }: RequestsJob): Promise<RequestsReport> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connectTls(access, protocol)))
  const speak = { h1: http1, h2: http2 }[protocol]
  const latencies: number[] = []
  let next = 0
  let bytes = 0
  const begun = performance.now()
  await Promise.all(
    sockets.map(async socket => {
      const requester = speak(socket)
      const filled = body && Buffer.from(body.replaceAll('%NAME%', prefix.padEnd(prefix.length + DIGITS, '0')))
      const request = requester.request(method, path, filled || undefined)
      const name = body === undefined ? -1 : request.indexOf(prefix.padEnd(prefix.length + DIGITS, '0')) + prefix.length
      for (let now = performance.now(); now < begun + forMs; ) {
        if (name >= 0) request.write(String(next++).padStart(DIGITS, '0'), name, 'latin1')
        bytes += await requester.send(request)
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
