/** The root certificates that a projected trust bundle shows: of one bundle, or of all that a signer has. Pure. KEP-3257. */
import { pem, pemBlocks } from '#base/pem.ts'
import type { ClusterTrustBundle } from '#kinds/certificates/v1beta1/cluster-trust-bundle.ts'
import type { ClusterTrustBundleProjection } from '#kinds/core/projected-volume.ts'
import { selects } from '#kinds/meta/selecting.ts'
import { VolumeProblem } from './volume-problem.ts'

/** Each certificate once, in an order that depends on nothing else. Throws VolumeProblem when there is no bundle and one must be. */
export function trustAnchors(projection: ClusterTrustBundleProjection, bundles: readonly ClusterTrustBundle[]): string {
  const { name, signerName, labelSelector, optional } = projection
  const found = bundles.filter(({ metadata, spec }) =>
    name === undefined ? (spec.signerName ?? '') === signerName && selects(labelSelector, metadata.labels) : metadata.name === name,
  )
  if (!found.length && !optional)
    throw new VolumeProblem(
      name === undefined
        ? 'combination of signerName and labelSelector matched zero ClusterTrustBundles'
        : `clustertrustbundle.certificates.k8s.io "${name}" not found`,
    )
  const certificates = found.flatMap(({ spec }) => pemBlocks(spec.trustBundle).filter(({ label }) => label === 'CERTIFICATE'))
  return [...new Set(certificates.map(({ label, bytes }) => pem(label, bytes)))].sort().join('')
}
