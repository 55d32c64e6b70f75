/** CertificateSigningRequest: a certificate that somebody asks for, and how it was decided. */

import { humanDuration } from '#base/human-duration.ts'
import { age } from '#kinds/columns.ts'
import { bytes, int32, known, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'
import { checkRequest, checkStatus, checkStatusUpdate, keptConditions, stampConditions, stateOf } from './request-rules.ts'

export class CertificateSigningRequestSpec extends struct(
  {
    request: field(1, bytes, 'The PKCS#10 request, PEM encoded.', { always: true }),
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
  },
  { validate: checkRequest },
) {}

export class CertificateSigningRequestCondition extends struct({
  type: field(1, known('Approved', 'Denied', 'Failed'), 'Which finding this is.', { always: true }),
  status: field(6, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  reason: field(2, string, 'Why, in one word for machines.'),
  message: field(3, string, 'Why, in a sentence for people.'),
  lastUpdateTime: field(4, time, 'When the finding was last looked at.'),
  lastTransitionTime: field(5, time, 'When the status last changed.'),
}) {}

export class CertificateSigningRequestStatus extends struct(
  {
    conditions: field(
      1,
      list(CertificateSigningRequestCondition, { listType: 'map', keys: ['type'] }),
      'Findings about the present state.',
    ),
    certificate: field(2, bytes, 'The issued certificate and its chain, PEM encoded.'),
  },
  { validate: checkStatus },
) {}

export class CertificateSigningRequest extends kind({
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  scope: 'Cluster',
  fields: {
    spec: field(2, CertificateSigningRequestSpec, 'What is wanted.', { always: true }),
    status: field(3, CertificateSigningRequestStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  onCreate: (next, { user, identity }) => {
    next.spec.username = user
    next.spec.uid = identity?.uid
    next.spec.groups = identity && [...identity.groups]
    next.spec.extra = identity && Object.fromEntries(Object.entries(identity.extra).map(([name, values]) => [name, [...values]]))
    for (const name of ['uid', 'groups', 'extra'] as const) if (!Object.keys(next.spec[name] ?? '').length) delete next.spec[name]
  },
  onUpdate: (next, before, { subresource, now }) => {
    next.spec = structuredClone(before.spec) as typeof next.spec
    if (subresource === '') next.status = structuredClone(before.status) as typeof next.status
    // Signers report, approvers decide: neither may do the other's part.
    const conditions = keptConditions(
      next.status.conditions ?? [],
      structuredClone(before.status.conditions ?? []) as typeof next.status.conditions & {},
      subresource,
    )
    if (subresource === 'approval') next.status = { ...(structuredClone(before.status) as typeof next.status), conditions }
    if (subresource === 'status') next.status.conditions = conditions
    stampConditions(next.status.conditions ?? [], before.status.conditions ?? [], now)
  },
  validateUpdate: ({ status }, at, { before, occasion: { subresource } }) =>
    checkStatusUpdate(status, at.key('status'), { before: before.status, subresource }),
  columns: {
    Age: age,
    SignerName: ({ spec }) => spec.signerName || '<none>',
    Requestor: ({ spec }) => spec.username ?? '',
    RequestedDuration: ({ spec }) => (spec.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1_000)),
    Condition: ({ status }) => stateOf(status),
  },
  selectable: { 'spec.signerName': ({ spec }) => spec.signerName },
}) {}
