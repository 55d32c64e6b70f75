/** The names under which a cluster's things stand on the machine, so that each can be found and removed. */
import { join } from 'node:path'

export const nftTable = (cluster: string): string => `knarr-${cluster}`
/** Below the root of each cgroup hierarchy. */
export const cgroupPath = (cluster: string): string => `/knarr/${cluster}`
/** Where containerd looks for CNI configuration; `root` is the cluster's data folder. */
export const cniConfigFolder = (root: string): string => join(root, 'runtime', 'cni')
/** Our own configuration there. The first file by name is used, so that one of a user's choice may stand before it. */
export const cniConfigFile = (root: string): string => join(cniConfigFolder(root), '10-knarr.conflist')
