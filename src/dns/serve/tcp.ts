/** Answers requests over connections: several at a time, in the order in which the answers are known (RFC 7766). */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { FairShare } from '../fair-share.ts'
import type { Resolver } from '../resolver.ts'
import { framed, Frames } from '../wire/frames.ts'
import type { Listening } from './udp.ts'

/** Each holds memory; idle ones end by themselves. One client has half of them at the most. */
const CONNECTIONS_MAX = 256
/** RFC 7766, 6.2.3 asks for seconds; clients open another one when they need it. */
const IDLE_MS = 10_000
/** Of one connection; what comes beyond waits in the kernel. */
const UNANSWERED_MAX = 64

export interface TcpOptions {
  readonly address: string
  readonly port: number
  readonly clock: Clock
  readonly log: Log
  /** Default 10 s. */
  readonly idleMs?: number
}

/** Throws when the address or port cannot be had. */
export async function listenTcp(resolver: Pick<Resolver, 'answer'>, options: TcpOptions): Promise<Listening> {
  const { address, port, log } = options
  const sockets = new Set<Socket>()
  const share = new FairShare(CONNECTIONS_MAX)
  const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => {
    socket.on('error', error => log.debug({ error }, 'connection of a DNS client failed'))
    const { remoteAddress: client = '' } = socket
    if (!share.mayTake(client)) return void socket.destroy()
    const taken = share.take(client)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      taken[Symbol.dispose]()
    })
    converse(socket, resolver, options)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject)
      server.on('error', error => log.warn({ error, address }, 'cluster DNS over TCP failed'))
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function converse(socket: Socket, resolver: Pick<Resolver, 'answer'>, { clock, idleMs = IDLE_MS }: TcpOptions): void {
  const frames = new Frames()
  let unanswered = 0
  let hasEnded = false
  let idle = clock.after(idleMs, () => socket.destroy())
  // Whole questions and answers count; whoever dribbles holds no connection.
  const stirred = () => {
    idle[Symbol.dispose]()
    idle = clock.after(idleMs, () => socket.destroy())
  }
  const reply = (answer: Buffer) => {
    unanswered--
    if (!socket.writable) return
    stirred()
    socket.write(framed(answer))
  }
  /** Questions are taken while there is room for their answers and the client takes those that it has. */
  const hasRoom = () => unanswered < UNANSWERED_MAX && !socket.writableNeedDrain
  const advance = () => {
    for (let request = take(); request; request = take()) {
      const answer = resolver.answer(request, 'tcp', socket.remoteAddress)
      // A connection on which something else is said than questions is of no use.
      if (!answer) return void socket.destroy()
      stirred()
      unanswered++
      if (Buffer.isBuffer(answer)) reply(answer)
      else
        void answer.then(late => {
          reply(late)
          advance()
        })
    }
    if (!hasRoom()) socket.pause()
    else if (hasEnded && unanswered === 0) socket.end()
    else socket.resume()
  }
  const take = () => (socket.destroyed || !hasRoom() ? undefined : frames.next())
  socket.on('data', (piece: Buffer) => {
    frames.add(piece)
    advance()
  })
  socket.on('drain', advance)
  socket.on('end', () => {
    hasEnded = true
    advance()
  })
  socket.once('close', () => idle[Symbol.dispose]())
}
