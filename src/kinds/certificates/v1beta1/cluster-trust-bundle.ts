/** ClusterTrustBundle: root certificates that pods can mount. */

import { checkSignerName } from '#kinds/certificates/request-rules.ts'
import { isDns1123Subdomain } from '#kinds/meta/names.ts'
import { string } from '#schema/scalars.ts'
import { field } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class ClusterTrustBundleSpec extends struct({
  signerName: field(1, string, 'The signer whose roots these are; absent for a bundle that belongs to nobody.', { immutable: true }),
  trustBundle: field(2, string, 'Root certificates, PEM encoded, in no particular order.', { required: true }),
}) {}

export class ClusterTrustBundle extends kind({
  plural: 'clustertrustbundles',
  scope: 'Cluster',
  fields: {
    spec: field(2, ClusterTrustBundleSpec, 'What is wanted.', { always: true }),
  },
  nameCheck: name => (name.includes(':') ? isDns1123Subdomain(name.slice(name.lastIndexOf(':') + 1)) : isDns1123Subdomain(name)),
  validate: ({ metadata, spec: { signerName, trustBundle } }, at) => {
    const name = metadata.name ?? ''
    const here = at.key('metadata').key('name')
    if (signerName) {
      checkSignerName(signerName, at.key('spec').key('signerName'))
      const prefix = `${signerName.replaceAll('/', ':')}:`
      if (name && !name.startsWith(prefix))
        here.invalid(name, `ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`)
    } else if (name.includes(':')) here.invalid(name, 'ClusterTrustBundle without signer name must not have ":" in its name')
    if (trustBundle && !trustBundle.includes('-----BEGIN CERTIFICATE-----'))
      at.key('spec').key('trustBundle').invalid('<value omitted>', 'at least one trust anchor must be provided')
  },
  columns: { SignerName: ({ spec }) => spec.signerName || '<none>' },
  selectable: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
}) {}
