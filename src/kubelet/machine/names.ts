/** The names under which a cluster's things stand on the machine, so that each can be found and removed. */
import { createHash } from 'node:crypto'

/** A link's name has 15 bytes at most (IFNAMSIZ in linux/if.h). */
const LINK_SUFFIX_MAX = 12

export const bridgeName = (cluster: string): string =>
  `kn-${cluster.length <= LINK_SUFFIX_MAX ? cluster : createHash('sha256').update(cluster).digest('hex').slice(0, LINK_SUFFIX_MAX)}`
export const nftTable = (cluster: string): string => `knarr-${cluster}`
/** Below the root of each cgroup hierarchy. */
export const cgroupPath = (cluster: string): string => `/knarr/${cluster}`
