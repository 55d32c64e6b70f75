/** ClusterTrustBundle: root certificates that pods can mount. */
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ClusterTrustBundleSpec extends struct({
  signerName: field(1, string, 'The signer whose roots these are; absent for a bundle that belongs to nobody.'),
  trustBundle: field(2, string, 'Root certificates, PEM encoded, in no particular order.', { required: true }),
}) {}

export class ClusterTrustBundle extends kind({
  plural: 'clustertrustbundles',
  scope: 'Cluster',
  fields: {
    spec: field(2, ClusterTrustBundleSpec, 'What is wanted.', { always: true }),
  },
}) {}
