/** PodCertificateRequest: ?file certificates/v1beta1/pod-certificate-request. */
import { Condition } from '#kinds/meta/condition.ts'
import { bytes, int32, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PodCertificateRequestSpec extends struct({
  signerName: field(1, string, '?PodCertificateRequestSpec.signerName', { required: true }),
  podName: field(2, string, '?PodCertificateRequestSpec.podName', { required: true }),
  podUID: field(3, string, '?PodCertificateRequestSpec.podUID', { required: true }),
  serviceAccountName: field(4, string, '?PodCertificateRequestSpec.serviceAccountName', { required: true }),
  serviceAccountUID: field(5, string, '?PodCertificateRequestSpec.serviceAccountUID', { required: true }),
  nodeName: field(6, string, '?PodCertificateRequestSpec.nodeName', { required: true }),
  nodeUID: field(7, string, '?PodCertificateRequestSpec.nodeUID', { required: true }),
  maxExpirationSeconds: field(8, int32, '?PodCertificateRequestSpec.maxExpirationSeconds', { explicit: true, default: 86400 }),
  pkixPublicKey: field(9, bytes, '?PodCertificateRequestSpec.pkixPublicKey', { written: true }),
  proofOfPossession: field(10, bytes, '?PodCertificateRequestSpec.proofOfPossession', { written: true }),
  stubPKCS10Request: field(12, bytes, '?PodCertificateRequestSpec.stubPKCS10Request', { required: true }),
  unverifiedUserAnnotations: field(11, map(string), '?PodCertificateRequestSpec.unverifiedUserAnnotations'),
}) {}

export class PodCertificateRequestStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    '?PodCertificateRequestStatus.conditions',
  ),
  certificateChain: field(2, string, '?PodCertificateRequestStatus.certificateChain'),
  notBefore: field(4, time, '?PodCertificateRequestStatus.notBefore'),
  beginRefreshAt: field(5, time, '?PodCertificateRequestStatus.beginRefreshAt'),
  notAfter: field(6, time, '?PodCertificateRequestStatus.notAfter'),
}) {}

export class PodCertificateRequest extends kind({
  plural: 'podcertificaterequests',
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodCertificateRequestSpec, '?PodCertificateRequest.spec', { always: true }),
    status: field(3, PodCertificateRequestStatus, '?PodCertificateRequest.status', { written: true }),
  },
  subresources: { status: true },
}) {}
