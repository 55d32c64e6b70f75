/** Which address ranges a new cluster gets, so that no two clusters of a machine share one. */
import type { Settings } from './cluster.ts'

/** 10.42.0.0/16 and up, as k3s has it: pods in even, services in odd second octets. */
const FIRST_OCTET = 42
const CLUSTERS_MAX = 100

export interface Ranges {
  readonly podCidr: string
  readonly serviceCidr: string
}

/**
 * The first pair of ranges that neither another cluster nor a route of the machine uses. Throws when there is none.
 * `routes` are the destinations of the machine's routes: `10.42.0.0/24`, `192.168.1.0/24`.
 */
export function freeRanges(others: readonly Pick<Settings, 'podCidr' | 'serviceCidr'>[], routes: readonly string[]): Ranges {
  const taken = new Set(
    [...others.flatMap(({ podCidr, serviceCidr }) => [podCidr, serviceCidr]), ...routes].map(cidr => cidr.split('.').slice(0, 2).join('.')),
  )
  for (let i = 0; i < CLUSTERS_MAX; i++) {
    const pods = `10.${FIRST_OCTET + 2 * i}`
    const services = `10.${FIRST_OCTET + 2 * i + 1}`
    if (!taken.has(pods) && !taken.has(services)) return { podCidr: `${pods}.0.0/16`, serviceCidr: `${services}.0.0/16` }
  }
  throw new Error(
    `choose address ranges: all of ${CLUSTERS_MAX} pairs from 10.${FIRST_OCTET}.0.0/16 on are taken by other clusters or routes of this machine`,
  )
}
