/** Endpoints in their shortest form: ports that the same addresses offer stand together. Upstream: endpoints/util, RepackSubsets. */
import type { EndpointAddress, EndpointPort, EndpointSubset } from '#kinds/core/endpoints.ts'

/** One port at one address; without a port, the bare address of a headless service. */
export interface Offer {
  readonly address: EndpointAddress
  readonly port: EndpointPort | undefined
  readonly isReady: boolean
}

export function packed(offers: readonly Offer[]): readonly EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; offers: Offer[] }>()
  for (const offer of offers) {
    const key = JSON.stringify(offer.port ?? null)
    const known = byPort.get(key)
    if (known) known.offers.push(offer)
    else byPort.set(key, { port: offer.port, offers: [offer] })
  }
  const byAddresses = new Map<string, { ports: EndpointPort[]; offers: readonly Offer[] }>()
  for (const { port, offers: offering } of byPort.values()) {
    const sorted = offering.toSorted((a, b) => compare(sortKey(a.address), sortKey(b.address)))
    const key = sorted.map(({ address, isReady }) => `${sortKey(address)} ${isReady}`).join()
    const known = byAddresses.get(key) ?? { ports: [], offers: sorted }
    if (port) known.ports.push(port)
    byAddresses.set(key, known)
  }
  return [...byAddresses.values()].map(({ ports, offers: offering }) => {
    const ready = offering.filter(({ isReady }) => isReady).map(({ address }) => address)
    const notReady = offering.filter(({ isReady }) => !isReady).map(({ address }) => address)
    return {
      ...(ready.length && { addresses: ready }),
      ...(notReady.length && { notReadyAddresses: notReady }),
      ...(ports.length && { ports: ports.toSorted((a, b) => compare(portKey(a), portKey(b))) }),
    }
  })
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const sortKey = ({ ip, targetRef }: EndpointAddress): string => `${ip} ${targetRef?.uid ?? ''}`
const portKey = ({ name = '', protocol, port }: EndpointPort): string => `${name} ${protocol} ${port}`
