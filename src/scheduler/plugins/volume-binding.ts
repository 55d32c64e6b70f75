/** Lets a pod wait until its claims have volumes, and leads it to nodes that reach them. Upstream: volumebinding. */
import { storageClassOf } from '#kinds/core/access-modes.ts'
import { selectsNode } from '#kinds/core/node-selection.ts'
import type { PersistentVolumeClaim } from '#kinds/core/persistent-volume-claim.ts'
import { type ClaimName, claimsOf, isMadeFor } from '#kinds/core/pod/claims.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Filter, Plugin } from '../plugin.ts'
import type { Storage } from '../storage.ts'

const UNBOUND = 'pod has unbound immediate PersistentVolumeClaims'
const NO_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'
const OUT_OF_REACH = "node(s) didn't match PersistentVolume's node affinity"
/** Nobody here gives volumes to claims that wait for their pod. */
const NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"
/** Set by whoever binds a claim when both sides know of it. */
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'

export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  forbids: (pod, { storage }) => {
    const names = claimsOf(pod)
    for (const each of names) {
      const problem = problemOf(pod, each, storage)
      if (problem) return problem
    }
    const isStuck = known(pod, storage).some(claim => !isBound(claim) && !waitsForPod(claim, storage))
    return isStuck ? UNBOUND : undefined
  },
  filterFor: (pod, { storage }) => {
    const claims = known(pod, storage)
    return claims.length ? filterFor(claims, storage) : undefined
  },
  evictionHelps: () => false,
}

const known = (pod: Pod, storage: Storage): readonly PersistentVolumeClaim[] =>
  claimsOf(pod).flatMap(({ name }) => storage.claim(pod.metadata.namespace, name) ?? [])
const isBound = ({ metadata, spec }: PersistentVolumeClaim) =>
  Boolean(spec.volumeName && metadata.annotations?.[BIND_COMPLETED] !== undefined)
const waitsForPod = (claim: PersistentVolumeClaim, { storageClass }: Storage) =>
  !claim.spec.volumeName && storageClass(storageClassOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer'

/** Why a claim keeps its pod from every node. */
function problemOf(pod: Pod, { name, isEphemeral }: ClaimName, { claim: find }: Storage): string | undefined {
  const { namespace } = pod.metadata
  const claim = find(namespace, name)
  if (!claim)
    return isEphemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`
  if (claim.status.phase === 'Lost')
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`
  if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`
  if (isEphemeral && !isMadeFor(claim, pod))
    return `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`
  return undefined
}

function filterFor(claims: readonly PersistentVolumeClaim[], { volume: find }: Storage): Filter {
  const volumes = claims.filter(isBound).map(({ spec }) => find(spec.volumeName as string))
  const isWaiting = claims.some(claim => !isBound(claim))
  return (_, { node }) => {
    const isReached = volumes.every(volume => {
      const required = volume?.spec.nodeAffinity?.required
      return !required || selectsNode(required, node)
    })
    return [
      ...(isReached ? [] : [OUT_OF_REACH]),
      ...(isWaiting ? [NOTHING_TO_BIND] : []),
      ...(volumes.includes(undefined) ? [NO_VOLUME] : []),
    ]
  }
}
