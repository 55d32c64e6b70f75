/** A connection passed on as raw bytes, both ways, after the backend was asked to switch protocols too. */
import { type Socket, connect as connectPlain } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { dialFailure } from '#base/dial-failure.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Incoming } from '../request.ts'
import type { UpgradeResult } from '../result.ts'
import type { Backend } from './backend.ts'
import { calledHost, upgradeHeaders } from './headers.ts'

/** A backend that does not answer must not hold the client: time to connect. */
const CONNECT_TIMEOUT_MS = 10_000
/** Resolves when the backend can be reached; what it answers goes to the client unread. Throws BadRequest when no upgrade was asked for. */
export async function tunnel(incoming: Incoming, { access, ...backend }: Backend, query: string): Promise<UpgradeResult> {
  if (!incoming.connection) throw refuse.badRequest('Upgrade request required')
  const socket = await reach({ ...backend, access })
  const lines = Object.entries(upgradeHeaders(incoming)).flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one}`))
  const request = `${incoming.method} ${backend.path || '/'}${query && `?${query}`} HTTP/1.1`
  const head = [request, `host: ${calledHost(incoming) ?? hostText(backend)}`, ...lines, '', ''].join('\r\n')
  return {
    form: 'upgrade',
    take: client => {
      socket.write(head)
      if (client.head.length) socket.write(client.head)
      join(client.socket, socket)
    },
  }
}
/** With backpressure both ways. A side that is gone takes the other one with it, when that has been told the rest. */
function join(client: Duplex, backend: Duplex): void {
  const pass = (from: Duplex, to: Duplex) => {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.once('close', () => to.end(() => to.destroy()))
  }
  pass(client, backend)
  pass(backend, client)
}

/** An open connection to a backend. Throws ServiceUnavailable when there is none to be had. */
export function reach({ protocol, host, port, access }: Omit<Backend, 'path'>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options = { host, port, timeout: CONNECT_TIMEOUT_MS, allowHalfOpen: true, keepAlive: true }
    const fail = (cause: Error) => {
      socket.destroy()
      reject(refuse.unavailable(`error trying to reach service: ${dialFailure(cause, hostText({ host, port }))}`))
    }
    const done = () => {
      // Each small frame of a stream would otherwise wait for the acknowledgement of the one before.
      socket.setNoDelay(true)
      socket.off('error', fail)
      socket.off('timeout', late)
      // Until the two sides are joined; an error then closes both.
      socket.on('error', () => socket.destroy())
      resolve(socket)
    }
    const late = () => fail(new Error(`dial tcp ${host}:${port}: i/o timeout`))
    const socket: Socket =
      protocol === 'https:' ? connectTls({ ...options, ...secure(access), ALPNProtocols: ['http/1.1'] }, done) : connectPlain(options, done)
    socket.once('error', fail)
    socket.once('timeout', late)
  })
}
/** Pods that speak TLS have certificates of their own making: they are not looked at, as upstream does. */
export const secure = (access: Backend['access']) =>
  access
    ? { key: access.key, cert: access.cert, ...(access.ca ? { ca: access.ca } : {}), rejectUnauthorized: access.ca !== undefined }
    : { rejectUnauthorized: false }
export const hostText = ({ host, port }: Pick<Backend, 'host' | 'port'>): string => `${host.includes(':') ? `[${host}]` : host}:${port}`
