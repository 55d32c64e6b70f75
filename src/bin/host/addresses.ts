/** The machine's addresses, the one that others reach it by first. */
import { networkInterfaces } from 'node:os'
import type { Route } from '#cli/ranges.ts'
import { isDefault, machineRoutes } from './routes.ts'

/** Those of a family: of the link of the default route, then of the other links. Those of clusters come last; of IPv6, where any link has one, not at all. */
export function machineAddresses(family: 4 | 6): readonly string[] {
  const main = machineRoutes(family).find(isDefault)?.link
  const isOfCluster = (link: string) => /^(veth|kd-|kn-)/.test(link)
  const rank = (link: string) => (link === main ? 0 : isOfCluster(link) ? 2 : 1)
  const found = Object.entries(networkInterfaces())
    .filter(([link]) => family === 4 || !isOfCluster(link))
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .flatMap(([, addresses]) => addresses ?? [])
    // Addresses that hold on one link only are told by their scope.
    .filter(one => !one.internal && one.family === `IPv${family}` && !(one.family === 'IPv6' && one.scopeid))
    .map(({ address }) => address)
  // The links of a cluster's pods all carry the same one.
  return [...new Set(found)]
}

/** The addresses of this machine's links as routes to one host each: those of clusters, such as that of cluster DNS, have no other. */
export const linkAddresses = (): readonly Route[] =>
  Object.entries(networkInterfaces()).flatMap(([link, addresses]) =>
    (addresses ?? [])
      .filter(({ internal, scopeid }) => !internal && !scopeid)
      .map(({ address, family }) => ({ link, destination: `${address}/${family === 'IPv6' ? 128 : 32}` })),
  )

/** Not empty. */
type Addresses = readonly [string, ...string[]]
/**
 * Where others find the machine: at all of its addresses, and at the main one of each family. Without a network it has at least the one
 * that it answers itself for its pods, `served`; loopback is none by which they could reach it.
 */
export function reachableAt(
  ofFamilies: readonly (readonly string[])[],
  served: string,
): { readonly addresses: Addresses; readonly machine: readonly string[] } {
  const [first, ...others] = ofFamilies.flat()
  if (first === undefined) return { addresses: [served], machine: [served] }
  return { addresses: [first, ...others], machine: ofFamilies.flatMap(([main]) => main ?? []) }
}
