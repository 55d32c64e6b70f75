/** Keeps pods apart that cannot share a volume: disks that only one may write to, and claims for one pod alone. Upstream: volumerestrictions; KEP-2485. */
import { lastingClaimsOf } from '#kinds/core/pod/claims.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Volume } from '#kinds/core/volume.ts'
import type { Plugin } from '../plugin.ts'
import type { Snapshot } from '../snapshot.ts'

const NO_DISK = 'node(s) had no available disk'
const TAKEN = 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'

export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  forbids: (pod, { storage }) => {
    const missing = lastingClaimsOf(pod).find(name => !storage.claim(pod.metadata.namespace, name))
    return missing === undefined ? undefined : `persistentvolumeclaim "${missing}" not found`
  },
  filterFor: (pod, snapshot) => {
    const exclusive = exclusiveClaims(pod, snapshot)
    const users = exclusive.filter(claim => isInUse(pod, claim, snapshot)).length
    if (!disksOf(pod).length && users === 0) return undefined
    const uses = (pods: readonly Pod[]) => pods.flatMap(lastingClaimsOf).filter(name => exclusive.includes(name)).length
    return (_, { pods }, moves) => {
      if (pods.some(other => sharesDisk(pod, other))) return [NO_DISK]
      return users + (moves ? uses(moves.come) - uses(moves.gone) : 0) > 0 ? [TAKEN] : []
    }
  },
}

const exclusiveClaims = (pod: Pod, { storage }: Snapshot) =>
  [...new Set(lastingClaimsOf(pod))].filter(name =>
    storage.claim(pod.metadata.namespace, name)?.spec.accessModes?.includes('ReadWriteOncePod'),
  )
const isInUse = ({ metadata }: Pod, claim: string, { nodes }: Snapshot) =>
  nodes.some(({ pods }) => pods.some(other => other.metadata.namespace === metadata.namespace && lastingClaimsOf(other).includes(claim)))

const disksOf = ({ spec }: Pod): readonly Volume[] =>
  (spec.volumes ?? []).filter(volume => volume.gcePersistentDisk ?? volume.awsElasticBlockStore ?? volume.iscsi ?? volume.rbd)
/** Whether both want the same disk, of which one of them must be the only user. */
export const sharesDisk = (pod: Pod, other: Pod): boolean => disksOf(pod).some(disk => disksOf(other).some(there => collide(disk, there)))
/** Whether two are the same disk, and one of them writes to it. */
function collide(a: Volume, b: Volume): boolean {
  if (a.gcePersistentDisk && b.gcePersistentDisk)
    return a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName && isWritten(a.gcePersistentDisk, b.gcePersistentDisk)
  if (a.awsElasticBlockStore && b.awsElasticBlockStore) return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID
  if (a.iscsi && b.iscsi) return a.iscsi.iqn === b.iscsi.iqn && isWritten(a.iscsi, b.iscsi)
  const [one, other] = [a.rbd, b.rbd]
  if (!one || !other) return false
  const isSame = one.pool === other.pool && one.image === other.image && one.monitors.some(monitor => other.monitors.includes(monitor))
  return isSame && isWritten(one, other)
}
interface Disk {
  readonly readOnly?: boolean | undefined
}
const isWritten = (a: Disk, b: Disk) => !(a.readOnly && b.readOnly)
