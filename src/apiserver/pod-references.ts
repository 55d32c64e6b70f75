/** The secrets, config maps and claims that a pod names, wherever it names them. */
import type { Container, EphemeralContainer } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'

const containers = ({ spec }: Pod): readonly (Container | EphemeralContainer)[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
]
const named = (names: readonly (string | undefined)[]): string[] => names.filter(name => name !== undefined && name !== '') as string[]

export function secretNames(pod: Pod): string[] {
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
export function configMapNames(pod: Pod): string[] {
  const volumes = pod.spec.volumes ?? []
  return named([
    ...containers(pod).flatMap(({ env, envFrom }) => [
      ...(env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...(envFrom ?? []).map(({ configMapRef }) => configMapRef?.name),
    ]),
    ...volumes.flatMap(({ configMap, projected }) => [configMap?.name, ...(projected?.sources ?? []).map(one => one.configMap?.name)]),
  ])
}
export const claimNames = (pod: Pod): string[] =>
  named(
    (pod.spec.volumes ?? []).map(({ name, persistentVolumeClaim, ephemeral }) =>
      ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName,
    ),
  )
export const resourceClaimNames = (pod: Pod): string[] =>
  named([
    ...(pod.spec.resourceClaims ?? []).map(
      ({ name, resourceClaimName }) =>
        resourceClaimName ?? pod.status.resourceClaimStatuses?.find(status => status.name === name)?.resourceClaimName,
    ),
    pod.status.extendedResourceClaimStatus?.resourceClaimName,
  ])

/** The secrets that a storage system's source names: `secretName`, `secretRef` and CSI's `…SecretRef`. */
export function secretReferences(volume: object): { readonly name: string; readonly namespace: string }[] {
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
