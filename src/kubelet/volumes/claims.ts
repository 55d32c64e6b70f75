/** Volumes that a pod claims: from the claim to the volume to a path on this node. */
import type { Client } from '#client/transport.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Volume } from '#kinds/core/volume.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { VolumeProblem } from './volume-problem.ts'

/** Where a claimed volume is found: a path of this node, or an export of a file server. */
export type Claimed =
  | { readonly path: string; readonly type: string; readonly isLocal?: true }
  | { readonly server: string; readonly path: string }

/** Undefined when the volume is not a claim. Throws VolumeProblem while it cannot be used. */
export async function claimed(client: Client, pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): Promise<Claimed | undefined> {
  const claimName = persistentVolumeClaim?.claimName ?? (ephemeral ? `${pod.metadata.name}-${name}` : undefined)
  if (claimName === undefined) return undefined
  const { namespace = '' } = pod.metadata
  const claim = await found(
    client.get(PersistentVolumeClaim, { namespace, name: claimName }),
    `persistentvolumeclaim "${claimName}" not found`,
  )
  if (ephemeral && !claim.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === pod.metadata.uid))
    throw new VolumeProblem(`PVC ${namespace}/${claimName} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`)
  const { volumeName } = claim.spec
  if (!volumeName || claim.status?.phase !== 'Bound') throw new VolumeProblem(`PVC ${namespace}/${claimName} is not bound`)
  const { spec } = await found(client.get(PersistentVolume, { name: volumeName }), `persistentvolume "${volumeName}" not found`)
  if (spec.hostPath) return { path: spec.hostPath.path, type: spec.hostPath.type ?? '' }
  if (spec.local) return { path: spec.local.path, type: '', isLocal: true }
  if (spec.nfs) return { server: spec.nfs.server, path: spec.nfs.path }
  throw new VolumeProblem(`persistentvolume "${volumeName}" has a source that this node cannot mount`)
}
async function found<T>(answer: Promise<T>, message: string): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (isRefusal(error, 'NotFound')) throw new VolumeProblem(message, { cause: error })
    throw error
  }
}
