/** The names under which a cluster's things stand on the machine, so that each can be found and removed. */
import { join } from 'node:path'

export const nftTable = (cluster: string): string => `knarr-${cluster}`
/** Further tables of the cluster. Names of clusters have no "_", so that these belong to one cluster only. */
export const nftTableOf = (cluster: string, purpose: 'services'): string => `${nftTable(cluster)}_${purpose}`
/** Below the root of each cgroup hierarchy. */
export const cgroupPath = (cluster: string): string => `/knarr/${cluster}`
/** Where containerd looks for CNI configuration; `root` is the cluster's data folder. */
export const cniConfigFolder = (root: string): string => join(root, 'runtime', 'cni')
/** Our own configuration there. The first file by name is used, so that one of a user's choice may stand before it. */
export const cniConfigFile = (root: string): string => join(cniConfigFolder(root), '10-knarr.conflist')
