/** The machine's addresses, the one that others reach it by first. */
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

/** IPv4 addresses of the link of the default route, then those of the other links. Those of clusters come last. */
export function machineAddresses(): readonly string[] {
  const main = defaultLink(readFileSync('/proc/net/route', 'utf8'))
  const rank = (link: string) => (link === main ? 0 : /^(veth|kd-|kn-)/.test(link) ? 2 : 1)
  const found = Object.entries(networkInterfaces())
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
  // The links of a cluster's pods all carry the same one.
  return [...new Set(found)]
}

/** The link of the default route in /proc/net/route; undefined when there is none. */
const defaultLink = (table: string): string | undefined =>
  table
    .split('\n')
    .map(line => line.split('\t'))
    .find(([, destination]) => destination === '00000000')?.[0]
