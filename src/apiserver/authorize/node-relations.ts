/** Whether an object is needed by a node: each question is answered from the pods that are bound to it. Upstream keeps a graph; reading is enough. */
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { VolumeAttachment } from '#kinds/storage/volume-attachment.ts'
import { claimNames, configMapNames, resourceClaimNames, secretNames, secretReferences } from '../pod-references.ts'
import type { Objects } from '../resources/objects.ts'

export type RelatedResource =
  | 'secrets'
  | 'configmaps'
  | 'persistentvolumeclaims'
  | 'persistentvolumes'
  | 'serviceaccounts'
  | 'resourceclaims'
  | 'volumeattachments'
  | 'resourceslices'
  | 'pods'

interface Wanted {
  readonly kind: RelatedResource
  readonly namespace: string
  readonly name: string
}

export async function isRelated(objects: Objects, { kind, namespace, name }: Wanted, node: string): Promise<boolean> {
  switch (kind) {
    case 'pods':
      return (await objects.get(Pod, { namespace, name }))?.spec.nodeName === node
    case 'volumeattachments':
      return (await objects.get(VolumeAttachment, { name }))?.spec.nodeName === node
    case 'resourceslices':
      return (await objects.get(ResourceSlice, { name }))?.spec.nodeName === node
    case 'persistentvolumes': {
      const claim = (await objects.get(PersistentVolume, { name }))?.spec.claimRef
      return claim !== undefined && (await isClaimUsed(objects, { namespace: claim.namespace ?? '', name: claim.name ?? '' }, node))
    }
    case 'persistentvolumeclaims':
      return isClaimUsed(objects, { namespace, name }, node)
    case 'serviceaccounts':
      return anyPod(objects, { namespace, node }, pod => pod.spec.serviceAccountName === name)
    case 'configmaps':
      return (
        (await isConfiguration(objects, { namespace, name }, node)) ||
        (await anyPod(objects, { namespace, node }, pod => configMapNames(pod).includes(name)))
      )
    case 'resourceclaims':
      return anyPod(objects, { namespace, node }, pod => resourceClaimNames(pod).includes(name))
    case 'secrets':
      return (
        (await anyPod(objects, { namespace, node }, pod => secretNames(pod).includes(name))) ||
        (await isVolumeSecret(objects, { namespace, name }, node))
      )
  }
}

/** Who may write the node's specification, which the node itself may not in this field, has assigned it. */
async function isConfiguration(objects: Objects, { namespace, name }: Omit<Wanted, 'kind'>, node: string): Promise<boolean> {
  const source = (await objects.get(Node, { name: node }))?.spec.configSource?.configMap
  return source?.namespace === namespace && source.name === name
}

/** Mirror pods are made by the node itself and must open nothing to it. */
const MIRROR = 'kubernetes.io/config.mirror'
async function anyPod(objects: Objects, where: { readonly namespace: string; readonly node: string }, needs: (pod: Pod) => boolean) {
  const pods = await objects.list(Pod, where.namespace)
  return pods.some(pod => pod.spec.nodeName === where.node && pod.metadata.annotations?.[MIRROR] === undefined && needs(pod))
}
const isClaimUsed = (objects: Objects, claim: { readonly namespace: string; readonly name: string }, node: string) =>
  anyPod(objects, { namespace: claim.namespace, node }, pod => claimNames(pod).includes(claim.name))

/** Secrets that volumes need, whose claims the node's pods use. */
async function isVolumeSecret(
  objects: Objects,
  secret: { readonly namespace: string; readonly name: string },
  node: string,
): Promise<boolean> {
  for (const { spec } of await objects.list(PersistentVolume)) {
    const claim = spec.claimRef
    if (!claim) continue
    const needed = secretReferences(spec).some(ref => ref.name === secret.name && (ref.namespace || claim.namespace) === secret.namespace)
    if (needed && (await isClaimUsed(objects, { namespace: claim.namespace ?? '', name: claim.name ?? '' }, node))) return true
  }
  return false
}
