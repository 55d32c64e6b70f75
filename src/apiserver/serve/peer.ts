/** Who is at the other end of a connection: read once, since a connection asks many times. */
import type { ServerHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Incoming } from '../request.ts'

export interface Peer {
  /** Of the client, if it showed one that is believed. */
  readonly certificate: Incoming['certificate']
  readonly address: string
  /** How many of its requests are not answered yet. */
  open: number
}

const known = new WeakMap<object, Peer>()
/** Of an HTTP/2 session, or of the socket of HTTP/1.1. */
export function peerOf(connection: ServerHttp2Session | TLSSocket): Peer {
  let peer = known.get(connection)
  if (!peer) {
    const socket = 'socket' in connection ? (connection.socket as TLSSocket) : connection
    peer = { certificate: socket.authorized ? certificateOf(socket) : undefined, address: socket.remoteAddress ?? '', open: 0 }
    known.set(connection, peer)
  }
  return peer
}

function certificateOf(socket: TLSSocket): Incoming['certificate'] {
  const { subject, fingerprint256 } = socket.getPeerCertificate()
  if (!subject) return undefined
  const first = (value: string | string[] | undefined) => [value ?? []].flat()
  return {
    commonName: first(subject.CN)[0] ?? '',
    organizations: first(subject.O),
    fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}
