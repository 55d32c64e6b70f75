/** A connection that asks and waits for the whole answer, whatever the protocol. */
import { connect, type TLSSocket } from 'node:tls'
import type { Access } from '../cluster.ts'

export interface Requester {
  /** A request as bytes, to be sent many times. */
  request(method: string, path: string, body?: Buffer): Buffer
  /** Resolves with the bytes of the answer. Rejects unless it is a success. */
  send(request: Buffer): Promise<number>
}

export const protocols = { h1: 'http/1.1', h2: 'h2' } as const
export type Protocol = keyof typeof protocols

export function connectTls({ port, ca, cert, key }: Access, protocol: Protocol): Promise<TLSSocket> {
  const options = { host: '127.0.0.1', port, ca, cert, key, servername: 'localhost', ALPNProtocols: [protocols[protocol]] }
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      socket.setNoDelay(true)
      resolve(socket)
    })
    socket.once('error', reject)
  })
}
