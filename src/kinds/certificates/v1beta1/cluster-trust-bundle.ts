/** ClusterTrustBundle: ?file certificates/v1beta1/cluster-trust-bundle. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ClusterTrustBundleSpec extends struct({
  signerName: field(1, string, '?ClusterTrustBundleSpec.signerName'),
  trustBundle: field(2, string, '?ClusterTrustBundleSpec.trustBundle', { required: true }),
}) {}

export class ClusterTrustBundle extends kind({
  plural: 'clustertrustbundles',
  scope: 'Cluster',
  fields: {
    spec: field(2, ClusterTrustBundleSpec, '?ClusterTrustBundle.spec', { always: true }),
  },
}) {}
