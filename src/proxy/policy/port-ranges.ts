/** Numbered ports of a policy's rule as ranges that do not touch, in the form in which nft takes them. */
import type { NetworkPolicyPort } from '#kinds/networking/network-policy.ts'
import { protocolOf } from '../entries.ts'
import { merged } from './intervals.ts'

const PORT_MAX = 65_535

/** `tcp . 80`, `udp . 8000-8100`. A protocol without a port is all of its ports. */
export function portRanges(ports: readonly NetworkPolicyPort[]): readonly string[] {
  const byProtocol = Map.groupBy(ports, ({ protocol }) => protocol)
  return [...byProtocol].flatMap(([protocol, those]) => {
    const intervals = those.map(({ port, endPort }) =>
      typeof port === 'number' ? { first: BigInt(port), last: BigInt(endPort ?? port) } : { first: 0n, last: BigInt(PORT_MAX) },
    )
    return merged(intervals).map(({ first, last }) => `${protocolOf(protocol)} . ${first === last ? first : `${first}-${last}`}`)
  })
}
