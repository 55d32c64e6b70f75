/** CertificateSigningRequest: ?file certificates/certificate-signing-request. */
import { bytes, int32, known, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class CertificateSigningRequestSpec extends struct({
  request: field(1, bytes, '?CertificateSigningRequestSpec.request', { required: true }),
  signerName: field(7, string, '?CertificateSigningRequestSpec.signerName', { required: true }),
  expirationSeconds: field(8, int32, '?CertificateSigningRequestSpec.expirationSeconds', { explicit: true }),
  usages: field(
    5,
    list(
      known(
        'signing',
        'digital signature',
        'content commitment',
        'key encipherment',
        'key agreement',
        'data encipherment',
        'cert sign',
        'crl sign',
        'encipher only',
        'decipher only',
        'any',
        'server auth',
        'client auth',
        'code signing',
        'email protection',
        's/mime',
        'ipsec end system',
        'ipsec tunnel',
        'ipsec user',
        'timestamping',
        'ocsp signing',
        'microsoft sgc',
        'netscape sgc',
      ),
      { listType: 'atomic' },
    ),
    '?CertificateSigningRequestSpec.usages',
  ),
  username: field(2, string, '?CertificateSigningRequestSpec.username'),
  uid: field(3, string, '?CertificateSigningRequestSpec.uid'),
  groups: field(4, list(string, { listType: 'atomic' }), '?CertificateSigningRequestSpec.groups'),
  extra: field(6, map(list(string)), '?CertificateSigningRequestSpec.extra'),
}) {}

export class CertificateSigningRequestCondition extends struct({
  type: field(1, known('Approved', 'Denied', 'Failed'), '?CertificateSigningRequestCondition.type', { always: true }),
  status: field(6, known('True', 'False', 'Unknown'), '?CertificateSigningRequestCondition.status', { always: true }),
  reason: field(2, string, '?CertificateSigningRequestCondition.reason'),
  message: field(3, string, '?CertificateSigningRequestCondition.message'),
  lastUpdateTime: field(4, time, '?CertificateSigningRequestCondition.lastUpdateTime'),
  lastTransitionTime: field(5, time, '?CertificateSigningRequestCondition.lastTransitionTime'),
}) {}

export class CertificateSigningRequestStatus extends struct({
  conditions: field(
    1,
    list(CertificateSigningRequestCondition, { listType: 'map', keys: ['type'] }),
    '?CertificateSigningRequestStatus.conditions',
  ),
  certificate: field(2, bytes, '?CertificateSigningRequestStatus.certificate'),
}) {}

export class CertificateSigningRequest extends kind({
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  scope: 'Cluster',
  fields: {
    spec: field(2, CertificateSigningRequestSpec, '?CertificateSigningRequest.spec', { always: true }),
    status: field(3, CertificateSigningRequestStatus, '?CertificateSigningRequest.status', { written: true }),
  },
  subresources: { status: true },
}) {}
