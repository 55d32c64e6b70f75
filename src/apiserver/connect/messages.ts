/** A body told as the messages of a WebSocket, to clients that ask for one. Upstream: apiserver, LocationStreamer and wsstream. */
import { acceptWebSocket, offeredProtocols, send, wantsWebSocket } from '#base/web-socket.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Connection, Incoming } from '../request.ts'
import type { UpgradeResult } from '../result.ts'

/** Bytes as they are, or as base64 in text; who asks for neither gets bytes. */
const PLAIN = 'binary.k8s.io'
const BASE64 = 'base64.binary.k8s.io'

/** Undefined when no WebSocket is asked for. Throws BadRequest when none of the offered protocols is known. */
export function inMessages(
  { connection, headers, method }: Pick<Incoming, 'connection' | 'headers' | 'method'>,
  body: AsyncIterable<Uint8Array>,
): UpgradeResult | undefined {
  if (!connection || !wantsWebSocket({ headers })) return undefined
  const offered = offeredProtocols({ headers })
  const protocol = offered.length ? offered.find(name => name === PLAIN || name === BASE64) : ''
  if (protocol === undefined) throw refuse.badRequest(`none of the protocols [${offered.join(' ')}] is known here`)
  return { form: 'upgrade', take: taken => void tell({ ...taken, method, headers }, protocol, body) }
}

async function tell(
  request: Connection & Pick<Incoming, 'headers' | 'method'>,
  protocol: string,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const client = await acceptWebSocket(request, protocol)
  client.on('error', () => client.terminate())
  // So that the client knows that the stream stands, however long it takes until there is something to tell.
  await send(client, protocol === BASE64 ? '' : Buffer.alloc(0))
  try {
    for await (const piece of body) {
      const bytes = Buffer.from(piece)
      await send(client, protocol === BASE64 ? bytes.toString('base64') : bytes)
      if (client.readyState !== client.OPEN) return
    }
    client.close(1000)
  } catch {
    // What is told ended before its end: the kubelet, or the client, has gone.
    client.close(1011)
  }
}
