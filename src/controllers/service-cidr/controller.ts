/** Protects ranges of service addresses from going while addresses of them are in use. */
import { contains, parseAddress, parseCidr } from '#base/cidr.ts'
import { watches } from '#client/controller.ts'
import type { Decider } from '#client/plan.ts'
import { IPAddress } from '#kinds/networking/ip-address.ts'
import { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { decide, type Seen } from './decide.ts'

export const serviceCidrController: Decider<ServiceCIDR, Seen> = {
  name: 'service-cidr-controller',
  decides: ServiceCIDR,
  watches: [
    {
      // Only the going of an address can free a range.
      ...watches(IPAddress, ({ metadata: { name = '' } }, mirrors) => rangesOf(name, mirrors.of(ServiceCIDR).list())),
      matters: (_, after) => after === undefined,
    },
    // A range may go when another one takes its place, and must stay when that one goes.
    watches(ServiceCIDR, (_, mirrors) =>
      mirrors
        .of(ServiceCIDR)
        .list()
        .filter(({ metadata }) => metadata.deletionTimestamp)
        .map(({ metadata: { name = '' } }) => ({ name })),
    ),
  ],
  look: ({ metadata }, mirrors) => ({
    others: mirrors
      .of(ServiceCIDR)
      .list()
      .filter(other => other.metadata.name !== metadata.name),
    addresses: metadata.deletionTimestamp ? mirrors.of(IPAddress).list() : [],
  }),
  decide,
}

const rangesOf = (text: string, ranges: readonly ServiceCIDR[]) => {
  const address = parseAddress(text)
  return ranges
    .filter(({ spec }) =>
      (spec.cidrs ?? []).some(range => {
        const cidr = parseCidr(range)
        return cidr !== undefined && address !== undefined && contains(cidr, address)
      }),
    )
    .map(({ metadata: { name = '' } }) => ({ name }))
}
