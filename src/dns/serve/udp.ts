/** Answers requests that come as single packets. */
import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Log } from '#base/log.ts'
import type { Resolver } from '../resolver.ts'
import { literal } from '../wire/literal.ts'

/** Answers that the kernel has not taken yet; more are dropped, and whoever asked asks again. */
const UNSENT_MAX = 1_000
/** Requests in a burst wait here while the process does something else. */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024

export interface Listening extends AsyncDisposable {
  readonly port: number
}

/** Throws when the address or port cannot be had. */
export async function listenUdp(
  resolver: Pick<Resolver, 'answer'>,
  { address, port, log }: { readonly address: string; readonly port: number; readonly log: Log },
): Promise<Listening> {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    lookup: literal,
  })
  const failed = (error: Error | null, peer: RemoteInfo) => {
    if (error) log.debug({ error, peer: peer.address }, 'answer not sent')
  }
  const send = (answer: Buffer, peer: RemoteInfo) => {
    if (socket.getSendQueueCount() > UNSENT_MAX) return
    socket.send(answer, peer.port, peer.address, error => failed(error, peer))
  }
  let isOpen = true
  socket.on('message', (request, peer) => {
    // From port 0 nobody can take an answer.
    if (peer.port === 0) return
    const answer = resolver.answer(request, 'udp', peer.address)
    if (!answer) return
    if (Buffer.isBuffer(answer)) send(answer, peer)
    else void answer.then(late => isOpen && send(late, peer))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject)
      socket.on('error', error => log.warn({ error, address }, 'cluster DNS over UDP failed'))
      resolve()
    })
  })
  return {
    port: socket.address().port,
    async [Symbol.asyncDispose]() {
      isOpen = false
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}
