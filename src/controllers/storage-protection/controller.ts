/** Lets deleted claims and volumes go when nobody uses them any more. */
import { type Cluster, type Controller, watches } from '#client/controller.ts'
import type { Ref } from '#client/transport.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { claimsOf } from '#kinds/core/pod/claims.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { KindClass } from '#kinds/declare.ts'
import type { ObjectMeta } from '#kinds/meta/object-meta.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isClaimInUse, isVolumeInUse } from './in-use.ts'

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection'
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection'

export const claimProtectionController: Controller = {
  name: 'persistentvolumeclaim-protection-controller',
  reconciles: PersistentVolumeClaim,
  watches: [watches(Pod, pod => claimsOf(pod).map(({ name }) => ({ namespace: pod.metadata.namespace, name })))],
  act: async (ref, cluster) => {
    const claim = cluster.mirrors.of(PersistentVolumeClaim).get(ref)
    const isFree = () => !isClaimInUse(ref.name, cluster.mirrors.of(Pod).list(ref.namespace))
    if (claim && waitsFor(claim.metadata, CLAIM_FINALIZER) && isFree())
      await release(PersistentVolumeClaim, claim, CLAIM_FINALIZER, cluster)
    return undefined
  },
}
export const volumeProtectionController: Controller = {
  name: 'persistentvolume-protection-controller',
  reconciles: PersistentVolume,
  act: async (ref, cluster) => {
    const volume = cluster.mirrors.of(PersistentVolume).get(ref)
    if (volume && waitsFor(volume.metadata, VOLUME_FINALIZER) && !isVolumeInUse(volume))
      await release(PersistentVolume, volume, VOLUME_FINALIZER, cluster)
    return undefined
  },
}

const waitsFor = ({ deletionTimestamp, finalizers }: ObjectMeta, finalizer: string): boolean =>
  deletionTimestamp !== undefined && (finalizers ?? []).includes(finalizer)

async function release<T extends { readonly metadata: ObjectMeta }>(
  kind: KindClass<T>,
  { metadata }: T,
  finalizer: string,
  { client }: Cluster,
): Promise<void> {
  const { uid, resourceVersion } = metadata
  const ref: Ref = { namespace: metadata.namespace, name: metadata.name as string }
  const finalizers = (metadata.finalizers ?? []).filter(each => each !== finalizer)
  try {
    await client.patch(kind, ref, 'merge', { metadata: { uid, resourceVersion, finalizers } })
  } catch (error) {
    if (!isRefusal(error, 'NotFound')) throw error
  }
}
