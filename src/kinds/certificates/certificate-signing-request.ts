/** CertificateSigningRequest: a certificate that somebody asks for, and how it was decided. */
import { bytes, int32, known, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class CertificateSigningRequestSpec extends struct({
  request: field(1, bytes, 'The PKCS#10 request, PEM encoded.', { required: true }),
  signerName: field(7, string, 'Who is asked to sign: a domain and a path.', { required: true }),
  expirationSeconds: field(8, int32, 'How long the certificate should be valid, in seconds; the signer may choose otherwise.', {
    explicit: true,
  }),
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
    'What the key will be used for.',
  ),
  username: field(2, string, 'Who made the request; set by the server.'),
  uid: field(3, string, 'UID of the one who made the request; set by the server.'),
  groups: field(4, list(string, { listType: 'atomic' }), 'Groups of the one who made the request; set by the server.'),
  extra: field(6, map(list(string)), 'Further attributes of the one who made the request; set by the server.'),
}) {}

export class CertificateSigningRequestCondition extends struct({
  type: field(1, known('Approved', 'Denied', 'Failed'), 'Which finding this is.', { always: true }),
  status: field(6, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  reason: field(2, string, 'Why, in one word for machines.'),
  message: field(3, string, 'Why, in a sentence for people.'),
  lastUpdateTime: field(4, time, 'When the finding was last looked at.'),
  lastTransitionTime: field(5, time, 'When the status last changed.'),
}) {}

export class CertificateSigningRequestStatus extends struct({
  conditions: field(1, list(CertificateSigningRequestCondition, { listType: 'map', keys: ['type'] }), 'Findings about the present state.'),
  certificate: field(2, bytes, 'The issued certificate and its chain, PEM encoded.'),
}) {}

export class CertificateSigningRequest extends kind({
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  scope: 'Cluster',
  fields: {
    spec: field(2, CertificateSigningRequestSpec, 'What is wanted.', { always: true }),
    status: field(3, CertificateSigningRequestStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
}) {}
