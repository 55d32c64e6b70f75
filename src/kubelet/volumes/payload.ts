/** The files that a volume made of API objects shows. Pure, but for tokens, which are handed in. */
import { decodeBase64 } from '#base/base64.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ProjectedVolumeSource } from '#kinds/core/projected-volume.ts'
import type { ConfigMapVolumeSource, DownwardAPIVolumeFile, SecretVolumeSource } from '#kinds/core/volume-sources.ts'
import type { Volume } from '#kinds/core/volume.ts'
import { type PodPlace, podField, resourceField } from '../runtime/downward.ts'
import type { ClusterTrustBundle } from '#kinds/certificates/v1beta1/cluster-trust-bundle.ts'
import type { Sources } from '../runtime/environment.ts'
import { trustAnchors } from './trust-anchors.ts'
import { VolumeProblem } from './volume-problem.ts'

export interface PayloadFile {
  readonly bytes: Uint8Array
  readonly mode: number
  /** Who owns the file, where that matters. */
  readonly uid?: number
}
/** By relative path. */
export type Payload = ReadonlyMap<string, PayloadFile>

/** Objects that volumes show. */
export interface VolumeSources extends Sources {
  /** All that are known now. */
  trustBundles(): readonly ClusterTrustBundle[]
}
export interface PayloadInput {
  readonly pod: Pod
  readonly place: PodPlace
  readonly sources: VolumeSources
  /** Tokens by audience and path of their projection. */
  readonly token: (audience: string, path: string) => string
}
const MODE = 0o644

/** Whether the volume's content comes from the API. */
export const isPayload = (volume: Volume): boolean => Boolean(volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI)

/** Volumes that no container may write to, whatever its mount says; what the API tells is not changed from within a pod. */
export const readOnlyVolumes = ({ spec }: Pick<Pod, 'spec'>): ReadonlySet<string> =>
  new Set(
    (spec.volumes ?? [])
      .filter(volume => isPayload(volume) || (volume.persistentVolumeClaim?.readOnly ?? volume.nfs?.readOnly))
      .map(({ name }) => name),
  )

/** Throws VolumeProblem when something that must be there is not. */
export function payloadOf({ configMap, secret, downwardAPI, projected }: Volume, input: PayloadInput): Payload {
  if (configMap) return configMapFiles(configMap, input, configMap.defaultMode ?? MODE)
  if (secret) return secretFiles({ ...secret, name: secret.secretName }, input, secret.defaultMode ?? MODE)
  if (downwardAPI) return downwardFiles(downwardAPI.items ?? [], input, downwardAPI.defaultMode ?? MODE)
  return projectedFiles(projected as ProjectedVolumeSource, input)
}

type Items = ConfigMapVolumeSource['items']
interface Named {
  readonly name?: string
  readonly items?: Items
  readonly optional?: boolean
}

function configMapFiles({ name = '', items, optional }: Named, { sources }: PayloadInput, mode: number): Payload {
  const found = sources.configMap(name)
  if (!found && !optional) throw new VolumeProblem(`configmap "${name}" not found`)
  const files = new Map<string, Uint8Array>()
  for (const [key, value] of Object.entries(found?.data ?? {})) files.set(key, Buffer.from(value))
  for (const [key, value] of Object.entries(found?.binaryData ?? {})) files.set(key, decodeBase64(value))
  return chosen(files, { items, optional: optional ?? false, mode, missing: key => `configmap references non-existent config key: ${key}` })
}
function secretFiles(
  { name = '', items, optional }: Named & Partial<SecretVolumeSource>,
  { sources }: PayloadInput,
  mode: number,
): Payload {
  const found = sources.secret(name)
  if (!found && !optional) throw new VolumeProblem(`secret "${name}" not found`)
  const files = new Map(Object.entries(found?.data ?? {}).map(([key, value]) => [key, decodeBase64(value)]))
  return chosen(files, { items, optional: optional ?? false, mode, missing: key => `references non-existent secret key: ${key}` })
}

interface Choice {
  readonly items: Items
  readonly optional: boolean
  readonly mode: number
  readonly missing: (key: string) => string
}
function chosen(files: ReadonlyMap<string, Uint8Array>, { items, optional, mode, missing }: Choice): Payload {
  if (!items?.length) return new Map([...files].map(([key, bytes]) => [key, { bytes, mode }]))
  const result = new Map<string, PayloadFile>()
  for (const item of items) {
    const bytes = files.get(item.key)
    if (bytes) result.set(item.path, { bytes, mode: item.mode ?? mode })
    else if (!optional) throw new VolumeProblem(missing(item.key))
  }
  return result
}

function downwardFiles(items: readonly DownwardAPIVolumeFile[], { pod, place }: PayloadInput, mode: number): Payload {
  const value = ({ fieldRef, resourceFieldRef }: DownwardAPIVolumeFile) =>
    fieldRef ? podField(fieldRef.fieldPath, pod, place) : resourceFieldRef ? resourceField(resourceFieldRef, pod, place) : ''
  return new Map(items.map(item => [item.path, { bytes: Buffer.from(value(item)), mode: item.mode ?? mode }]))
}

function projectedFiles({ sources: parts, defaultMode }: ProjectedVolumeSource, input: PayloadInput): Payload {
  const result = new Map<string, PayloadFile>()
  for (const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } of parts ?? []) {
    const add = (files: Payload) => files.forEach((file, path) => result.set(path, file))
    if (configMap) add(configMapFiles(configMap, input, defaultMode))
    if (secret) add(secretFiles(secret, input, defaultMode))
    if (downwardAPI) add(downwardFiles(downwardAPI.items ?? [], input, defaultMode))
    if (serviceAccountToken) {
      const { audience = '', path } = serviceAccountToken
      result.set(path, { bytes: Buffer.from(input.token(audience, path)), ...tokenAccess(input.pod, defaultMode) })
    }
    if (clusterTrustBundle) {
      const anchors = trustAnchors(clusterTrustBundle, input.sources.trustBundles())
      result.set(clusterTrustBundle.path, { bytes: Buffer.from(anchors), mode: defaultMode })
    }
  }
  return result
}
/** A token is for its pod's eyes only, as far as it is known whose they are. Upstream: projected volumes, KEP-2451. */
function tokenAccess({ spec }: Pod, mode: number): { mode: number; uid?: number } {
  const uids = new Set(
    [...(spec.initContainers ?? []), ...spec.containers].map(
      ({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
    ),
  )
  const [uid] = uids
  if (uids.size === 1 && uid !== undefined) return { mode: 0o600, uid }
  return { mode: spec.securityContext?.fsGroup === undefined ? mode : 0o600 }
}
