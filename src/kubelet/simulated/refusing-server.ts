/** Answers questions for logs, exec and the like of simulated nodes: there is nothing to be had, and why. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export const SIMULATED_REFUSAL = 'this pod is on a simulated node: its containers do not run, so they have no logs and take no commands'

export interface RefusingServer extends AsyncDisposable {
  readonly port: number
}
/** Listens on loopback. `tls` in PEM. */
export async function startRefusingServer(tls: { readonly certificate: string; readonly key: string }): Promise<RefusingServer> {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' }
  const server = createServer({ cert: tls.certificate, key: tls.key }, ({ url }: IncomingMessage, response: ServerResponse) => {
    if (url === '/healthz') response.end('ok')
    else response.writeHead(400, headers).end(`${SIMULATED_REFUSAL}\n`)
  })
  server.on('upgrade', (_: IncomingMessage, socket: Duplex) => {
    const length = Buffer.byteLength(SIMULATED_REFUSAL)
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: ${headers['Content-Type']}\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${SIMULATED_REFUSAL}`,
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
