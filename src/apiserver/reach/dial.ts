/** Opens a connection to a destination, by TLS. */
import { type TLSSocket, connect } from 'node:tls'
import type { Random } from '#base/random.ts'
import { Service } from '#kinds/core/service.ts'
import { type Place, serviceEndpoint, type ServicePortRef } from '../connect/endpoint.ts'
import type { Objects } from '../resources/objects.ts'
import type { Destination } from './destination.ts'

/** What does not answer must not hold a request of the API for longer. */
const CONNECT_TIMEOUT_MS = 10_000

export interface Sight {
  readonly objects: Objects
  readonly random: Random
}
/** Throws Refusal when the service has nothing ready, and whatever the network has to say. The certificate must be the host's. */
export async function dial({ url, service, authority, isUnverified }: Destination, sight: Sight): Promise<TLSSocket> {
  const { host, port } = service
    ? await placeOf(service, sight)
    : { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) }
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      // Of a server that is called by its address none can be asked for by name (RFC 6066, section 3).
      ...(!/^[\d.]+$|:/.test(url.hostname) && { servername: url.hostname }),
      ...(authority && { ca: authority }),
      rejectUnauthorized: !isUnverified,
      ALPNProtocols: ['http/1.1'],
      timeout: CONNECT_TIMEOUT_MS,
    })
    const fail = (cause: Error) => {
      socket.destroy()
      reject(cause)
    }
    const late = () => fail(new Error(`dial tcp ${host}:${port}: i/o timeout`))
    socket.once('error', fail)
    socket.once('timeout', late)
    socket.once('secureConnect', () => {
      socket.off('error', fail)
      socket.off('timeout', late)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}

/** Of ExternalName services the name leads out of the cluster. */
async function placeOf(ref: ServicePortRef, { objects, random }: Sight): Promise<Place> {
  const service = await objects.get(Service, { namespace: ref.namespace, name: ref.name })
  if (service?.spec.type === 'ExternalName') return { host: service.spec.externalName ?? '', port: Number(ref.port) }
  return serviceEndpoint(ref, { objects, random })
}
