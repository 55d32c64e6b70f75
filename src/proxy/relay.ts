/** Ports of the machine that are listened on, and their traffic passed on: for loopback addresses, to and from which nothing can be translated. */
import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from 'node:dgram'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Clock } from '#base/clock.ts'

export interface Target {
  readonly address: string
  readonly port: number
}
export interface RelayTarget {
  /** The address to listen on; absent: all that the machine has, for TCP. */
  readonly host?: string
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  /** Asked for each connection; undefined when there is nobody to pass it on to. */
  readonly target: Target | (() => Target | undefined)
}
/** A client that has sent nothing for so long is forgotten; as the kernel's tracking of UDP streams has it. */
const IDLE_MS = 120_000
/** So that spoofed senders cannot use up the descriptors. */
const CLIENTS_MAX = 1_000

const resolved = ({ target }: RelayTarget): Target | undefined => (typeof target === 'function' ? target() : target)

/** Listens until closed. `failed` is told when it cannot. */
export function openRelay(
  relay: RelayTarget,
  { clock, failed }: { readonly clock: Clock; readonly failed: (error: Error) => void },
): Disposable {
  return relay.protocol === 'TCP' ? relayStreams(relay, failed) : relayDatagrams(relay, { clock, failed })
}

function relayStreams(relay: RelayTarget, failed: (error: Error) => void): Disposable {
  const open = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const to = resolved(relay)
    if (!to) return client.resetAndDestroy()
    const backend = connect({ host: to.address, port: to.port, allowHalfOpen: true, noDelay: true })
    for (const [from, into] of [
      [client, backend],
      [backend, client],
    ] as const) {
      open.add(from)
      from.pipe(into)
      // Whatever ends one side ends the other in the same way; the client sees what it would see of the backend.
      from.on('error', () => into.resetAndDestroy())
      from.on('close', () => {
        open.delete(from)
        if (!into.destroyed && !from.readableEnded) into.destroy()
      })
    }
  })
  server.on('error', failed)
  server.listen({ ...(relay.host && { host: relay.host }), port: relay.port, exclusive: true })
  return {
    [Symbol.dispose]: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function relayDatagrams(
  relay: RelayTarget,
  { clock, failed }: { readonly clock: Clock; readonly failed: (error: Error) => void },
): Disposable {
  const type = relay.host?.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket(type)
  const clients = new Map<string, { readonly backend: DatagramSocket; timer: Disposable }>()
  const forget = (name: string) => {
    const known = clients.get(name)
    clients.delete(name)
    known?.timer[Symbol.dispose]()
    known?.backend.close()
  }
  const backendOf = (name: string, { address, port }: RemoteInfo): DatagramSocket | undefined => {
    const known = clients.get(name)
    if (known) {
      known.timer[Symbol.dispose]()
      known.timer = clock.after(IDLE_MS, () => forget(name))
      return known.backend
    }
    const to = resolved(relay)
    if (!to || clients.size >= CLIENTS_MAX) return undefined
    const backend = createSocket(to.address.includes(':') ? 'udp6' : 'udp4')
    clients.set(name, { backend, timer: clock.after(IDLE_MS, () => forget(name)) })
    backend.on('message', message => socket.send(message, port, address))
    // A backend that is not there says so by ICMP: the client hears nothing, as is usual with datagrams.
    backend.on('error', () => forget(name))
    backend.connect(to.port, to.address)
    return backend
  }
  socket.on('error', failed)
  socket.on('message', (message, from) => {
    const backend = backendOf(`${from.address} ${from.port}`, from)
    if (!backend) return
    const send = () => backend.send(message)
    // Connecting takes a turn of the loop; what comes meanwhile waits for it.
    if (isConnected(backend)) send()
    else backend.once('connect', send)
  })
  socket.bind({ ...(relay.host && { address: relay.host }), port: relay.port, exclusive: true })
  return {
    [Symbol.dispose]: () => {
      for (const name of clients.keys()) forget(name)
      socket.close()
    },
  }
}
function isConnected(socket: DatagramSocket): boolean {
  try {
    socket.remoteAddress()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_CONNECTED') throw error
    return false
  }
}
