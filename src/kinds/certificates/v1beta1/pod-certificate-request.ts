/** PodCertificateRequest: a certificate that the kubelet asks for on behalf of a pod. */

import { checkSignerName } from '#kinds/certificates/request-rules.ts'
import { age } from '#kinds/columns.ts'
import { Condition } from '#kinds/meta/condition.ts'
import { bytes, int32, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class PodCertificateRequestSpec extends struct({
  signerName: field(1, string, 'Who is asked to sign.', { required: true }),
  podName: field(2, string, 'The pod in which the certificate will be mounted.', { required: true }),
  podUID: field(3, string, 'UID of that pod.', { required: true }),
  serviceAccountName: field(4, string, 'The service account under which the pod runs.', { required: true }),
  serviceAccountUID: field(5, string, 'UID of that service account.', { required: true }),
  nodeName: field(6, string, 'The node that runs the pod.', { required: true }),
  nodeUID: field(7, string, 'UID of that node.', { required: true }),
  maxExpirationSeconds: field(8, int32, 'Longest validity that is accepted, in seconds.', { explicit: true, default: 86400 }),
  pkixPublicKey: field(9, bytes, 'The public key, as DER of PKIX.', { written: true }),
  proofOfPossession: field(10, bytes, 'The pod UID, signed with the private key.', { written: true }),
  stubPKCS10Request: field(12, bytes, 'An empty PKCS#10 request that carries the public key.', { required: true }),
  unverifiedUserAnnotations: field(11, map(string), "What the pod's author tells the signer; nobody has checked it."),
}) {}

export class PodCertificateRequestStatus extends struct({
  conditions: field(
    1,
    list(Condition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
    'Findings about the present state.',
  ),
  certificateChain: field(2, string, 'The issued certificate and its chain, PEM encoded.'),
  notBefore: field(4, time, 'When the certificate begins to be valid.'),
  beginRefreshAt: field(5, time, 'When the kubelet should start to ask for the next one.'),
  notAfter: field(6, time, 'When the certificate ends to be valid.'),
}) {}

export class PodCertificateRequest extends kind({
  plural: 'podcertificaterequests',
  scope: 'Namespaced',
  fields: {
    spec: field(2, PodCertificateRequestSpec, 'What is wanted.', { always: true, immutable: true }),
    status: field(3, PodCertificateRequestStatus, 'What was last observed.', { written: true }),
  },
  subresources: { status: true },
  validate: ({ spec }, at) => {
    if (spec.signerName) checkSignerName(spec.signerName, at.key('spec').key('signerName'))
  },
  columns: {
    PodName: ({ spec }) => spec.podName,
    ServiceAccountName: ({ spec }) => spec.serviceAccountName,
    NodeName: ({ spec }) => spec.nodeName,
    SignerName: ({ spec }) => spec.signerName,
    State: ({ status }) => status.conditions?.find(({ type }) => ['Issued', 'Denied', 'Failed'].includes(type))?.type ?? 'Pending',
    Age: age,
  },
  selectable: {
    'spec.signerName': ({ spec }) => spec.signerName,
    'spec.podName': ({ spec }) => spec.podName,
    'spec.nodeName': ({ spec }) => spec.nodeName,
  },
}) {}
