/** Tells others of the proxy: its figures to collectors on this machine, its health to load balancers. Upstream: pkg/proxy/healthcheck/proxy_health.go. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { TEXT_TYPE } from '#base/series.ts'
import type { ProxyMetrics } from './metrics.ts'

/** Ports; 0: any free one. Upstream: 10256 on all addresses, 10249 on loopback. */
export interface StatusPorts {
  readonly health: number
  readonly metrics: number
}
export interface StatusServerOptions {
  readonly ports: StatusPorts
  readonly clock: Clock
  readonly log: Log
  readonly metrics: ProxyMetrics
  /** Whether load balancers may send traffic here: false when the node is about to go. */
  readonly isEligible: () => boolean
}
export interface StatusServer extends AsyncDisposable {
  /** Where it answers; a port that another has is 0: a cluster beside this one has the usual ones. */
  readonly ports: StatusPorts
}
type Answer = (response: ServerResponse) => void

export async function serveStatus(options: StatusServerOptions): Promise<StatusServer> {
  const { clock, metrics, isEligible, ports } = options
  const health =
    (path: 'healthz' | 'livez'): Answer =>
    response => {
      const now = clock.now()
      const isHealthy = metrics.isHealthy(now)
      // A node that goes is alive, but nothing new is to be sent there (KEP-3836).
      const code = isHealthy && (path === 'livez' || isEligible()) ? 200 : 503
      metrics.answered(path, code)
      const [lastUpdated, currentTime] = [isHealthy ? now : metrics.lastSyncedAt, now].map(at => new Date(at).toISOString())
      response.writeHead(code, { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' })
      response.end(JSON.stringify({ lastUpdated, currentTime, ...(path === 'healthz' && { nodeEligible: isEligible() }) }))
    }
  const figures: Answer = response => response.writeHead(200, { 'Content-Type': TEXT_TYPE }).end(metrics.text())
  const mode: Answer = response => response.writeHead(200, { 'Content-Type': 'text/plain' }).end('nftables')
  const servers = await Promise.all([
    listening({ '/healthz': health('healthz'), '/livez': health('livez') }, { ...options, port: ports.health }),
    listening(
      { '/metrics': figures, '/healthz': health('healthz'), '/proxyMode': mode },
      { ...options, port: ports.metrics, host: '127.0.0.1' },
    ),
  ])
  const [healthPort = 0, metricsPort = 0] = servers.map(server => (server?.address() as AddressInfo | undefined)?.port)
  return {
    ports: { health: healthPort, metrics: metricsPort },
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server?.closeAllConnections()
        await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)))
      }
    },
  }
}

interface Listening {
  readonly port: number
  readonly host?: string
  readonly log: Log
}
/** Undefined when the port is taken. */
async function listening(answers: Readonly<Record<string, Answer>>, { port, host, log }: Listening): Promise<Server | undefined> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (Object.hasOwn(answers, path)) answers[path]?.(response)
    else response.writeHead(404).end()
  })
  try {
    server.listen({ port, ...(host && { host }) })
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    log.info({ port }, 'the proxy does not tell of itself on its usual port, which another program has')
    return undefined
  }
  server.on('error', error => log.warn({ error, port }, 'cannot tell of the proxy'))
  return server
}
