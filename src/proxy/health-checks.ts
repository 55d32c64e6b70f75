/** Answers load balancers that ask whether this node has a pod of a service. Upstream: pkg/proxy/healthcheck. */
import { createServer, type Server } from 'node:http'
import type { Ref } from '#client/transport.ts'

export interface HealthCheck {
  readonly service: Ref
  readonly port: number
  /** Endpoints on this node that are ready. */
  readonly readyHere: number
}
interface Open {
  check: HealthCheck
  readonly server: Server
}

export class HealthChecks implements AsyncDisposable {
  readonly #open = new Map<number, Open>()
  readonly #failed: (check: HealthCheck, error: Error) => void
  readonly #isHealthy: () => boolean

  constructor({ failed, isHealthy }: { readonly failed: (check: HealthCheck, error: Error) => void; readonly isHealthy: () => boolean }) {
    this.#failed = failed
    this.#isHealthy = isHealthy
  }

  /** Puts a service's check in place, or takes it away. */
  put(service: Ref, check: Omit<HealthCheck, 'service'> | undefined): void {
    for (const [port, { check: known, server }] of this.#open)
      if (known.service.namespace === service.namespace && known.service.name === service.name && port !== check?.port) {
        this.#open.delete(port)
        server.close()
        server.closeAllConnections()
      }
    if (!check) return
    const known = this.#open.get(check.port)
    if (known) known.check = { ...check, service }
    else this.#listen({ ...check, service })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#open.values()].map(({ server }) => {
        server.closeAllConnections()
        return new Promise(resolve => server.close(resolve))
      }),
    )
  }

  #listen(check: HealthCheck): void {
    const server = createServer((_, response) => {
      const { service, readyHere } = this.#open.get(check.port)?.check ?? check
      const serviceProxyHealthy = this.#isHealthy()
      response.writeHead(readyHere > 0 && serviceProxyHealthy ? 200 : 503, {
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
        'X-Load-Balancing-Endpoint-Weight': String(readyHere),
      })
      response.end(JSON.stringify({ service, localEndpoints: readyHere, serviceProxyHealthy }, undefined, '\t'))
    })
    this.#open.set(check.port, { check, server })
    server.on('error', error => {
      if (this.#open.get(check.port)?.server === server) this.#open.delete(check.port)
      this.#failed(check, error)
    })
    server.listen(check.port)
  }
}
