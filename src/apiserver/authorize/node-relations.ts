/** Whether an object is needed by a node: each question is answered from the pods that are bound to it. Upstream keeps a graph; reading is enough. */
import type { Container, EphemeralContainer } from '#kinds/core/container.ts'
import { PersistentVolume } from '#kinds/core/persistent-volume.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { Volume } from '#kinds/core/volume.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { VolumeAttachment } from '#kinds/storage/volume-attachment.ts'
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
      return anyPod(objects, { namespace, node }, pod => configMaps(pod).includes(name))
    case 'resourceclaims':
      return anyPod(objects, { namespace, node }, pod => resourceClaims(pod).includes(name))
    case 'secrets':
      return (
        (await anyPod(objects, { namespace, node }, pod => secrets(pod).includes(name))) ||
        (await isVolumeSecret(objects, { namespace, name }, node))
      )
  }
}

/** Mirror pods are made by the node itself and must open nothing to it. */
const MIRROR = 'kubernetes.io/config.mirror'
async function anyPod(objects: Objects, where: { readonly namespace: string; readonly node: string }, needs: (pod: Pod) => boolean) {
  const pods = await objects.list(Pod, where.namespace)
  return pods.some(pod => pod.spec.nodeName === where.node && pod.metadata.annotations?.[MIRROR] === undefined && needs(pod))
}
const isClaimUsed = (objects: Objects, claim: { readonly namespace: string; readonly name: string }, node: string) =>
  anyPod(objects, { namespace: claim.namespace, node }, pod => claims(pod).includes(claim.name))

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

const containers = ({ spec }: Pod): readonly (Container | EphemeralContainer)[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
]
const named = (names: readonly (string | undefined)[]): string[] => names.filter(name => name !== undefined && name !== '') as string[]

function secrets(pod: Pod): string[] {
  const volumes = pod.spec.volumes ?? []
  return named([
    ...(pod.spec.imagePullSecrets ?? []).map(({ name }) => name),
    ...containers(pod).flatMap(({ env, envFrom }) => [
      ...(env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...(envFrom ?? []).map(({ secretRef }) => secretRef?.name),
    ]),
    ...volumes.flatMap(({ projected }) => (projected?.sources ?? []).map(({ secret }) => secret?.name)),
    ...volumes.flatMap(secretReferences).map(({ name }) => name),
  ])
}
function configMaps(pod: Pod): string[] {
  const volumes = pod.spec.volumes ?? []
  return named([
    ...containers(pod).flatMap(({ env, envFrom }) => [
      ...(env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...(envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
    ]),
    ...volumes.flatMap(({ configMap, projected }) => [configMap?.name, ...(projected?.sources ?? []).map(one => one.configMap?.name)]),
  ])
}
const claims = (pod: Pod): string[] =>
  named(
    (pod.spec.volumes ?? []).map(({ name, persistentVolumeClaim, ephemeral }) =>
      ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName,
    ),
  )
const resourceClaims = (pod: Pod): string[] =>
  named([
    ...(pod.spec.resourceClaims ?? []).map(
      ({ name, resourceClaimName }) =>
        resourceClaimName ?? pod.status.resourceClaimStatuses?.find(status => status.name === name)?.resourceClaimName,
    ),
    pod.status.extendedResourceClaimStatus?.resourceClaimName,
  ])

/** The secrets that a storage system's source names: `secretName`, `secretRef` and CSI's `…SecretRef`. */
function secretReferences(volume: Partial<Volume> | PersistentVolume['spec']): { readonly name: string; readonly namespace: string }[] {
  const found: { name: string; namespace: string }[] = []
  for (const source of Object.values(volume)) {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) continue
    const fields = source as Readonly<Record<string, unknown>>
    const { secretName, secretNamespace } = fields as { secretName?: string; secretNamespace?: string }
    if (secretName) found.push({ name: secretName, namespace: secretNamespace ?? '' })
    for (const [key, value] of Object.entries(fields)) {
      if (!/^secretRef$|SecretRef$/.test(key)) continue
      const { name = '', namespace = '' } = (value ?? {}) as { name?: string; namespace?: string }
      found.push({ name, namespace })
    }
  }
  return found
}
