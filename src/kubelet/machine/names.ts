/** The names under which a cluster's things stand on the machine, so that each can be found and removed. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'

export const nftTable = (cluster: string): string => `knarr-${cluster}`
/** Further tables of the cluster. Names of clusters have no "_", so that these belong to one cluster only. */
export const nftTableOf = (cluster: string, purpose: 'services'): string => `${nftTable(cluster)}_${purpose}`
/** Below the root of each cgroup hierarchy. */
export const cgroupPath = (cluster: string): string => `/knarr/${cluster}`
/** What stands for the cluster in the paths of a node's cgroups: those of further nodes are below the cluster's own. */
export const cgroupName = (cluster: string, number: number): string => (number === 1 ? cluster : `${cluster}/node-${number}`)
/** Where containerd looks for CNI configuration; `root` is the data folder of the cluster or of a further node. */
export const cniConfigFolder = (root: string): string => join(root, 'runtime', 'cni')
/** Our own configuration there. The first file by name is used, so that one of a user's choice may stand before it. */
export const cniConfigFile = (root: string): string => join(cniConfigFolder(root), '10-knarr.conflist')

/** A link's name has 15 bytes at most (IFNAMSIZ in linux/if.h). */
const LINK_NAME_MAX = 15
/** The link that carries the cluster DNS address. */
export const dnsLink = (cluster: string): string => linkName('kd-', cluster)
/** The machine's end of the link to a further node: `kn-02-dev`. */
export const nodeLink = (cluster: string, number: number): string => linkName(`kn-${String(number).padStart(2, '0')}-`, cluster)
export const isOwnLink = (name: string, cluster: string): boolean =>
  name === dnsLink(cluster) || (/^kn-\d\d-/.test(name) && name === nodeLink(cluster, Number(name.slice(3, 5))))
function linkName(prefix: string, cluster: string): string {
  const room = LINK_NAME_MAX - prefix.length
  return `${prefix}${cluster.length <= room ? cluster : createHash('sha256').update(cluster).digest('hex').slice(0, room)}`
}
