/** Rules, strategy and columns of certificate requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathAt } from '#schema/path.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { causes, cells, changed, type Manifest, prepared } from '#test/support/kinds.ts'
import { CertificateSigningRequest } from './certificate-signing-request.ts'
import { ClusterTrustBundle } from './v1beta1/cluster-trust-bundle.ts'

const request = btoa('-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n')
const csr: Manifest = { metadata: { name: 'c' }, spec: { request, signerName: 'example.com/signer', usages: ['client auth'] } }
const verdicts = (...types: string[]) => ({ status: { conditions: types.map(type => ({ type, status: 'True' })) } })

for (const [rule, changes, expected] of [
  ['a plain one is fine', {}, []],
  [
    'it is a request',
    { 'spec.request': btoa('hello') },
    ['spec.request: Invalid value: "aGVsbG8=": PEM block type must be CERTIFICATE REQUEST'],
  ],
  [
    'a signer has a domain and a path',
    { 'spec.signerName': 'signer' },
    ['spec.signerName: Invalid value: "signer": must be a fully qualified domain and path of the form \'example.com/signer-name\''],
  ],
  ['it is there', { 'spec.request': undefined }, ['spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST']],
  [
    'the signer of old is of old',
    { 'spec.signerName': 'kubernetes.io/legacy-unknown' },
    ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version'],
  ],
  ['a key is used for something', { 'spec.usages': undefined }, ['spec.usages: Required value']],
  [
    'not for too short',
    { 'spec.expirationSeconds': 10 },
    ['spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 600 seconds (10 minutes)'],
  ],
  [
    'one verdict',
    verdicts('Approved', 'Denied'),
    ['status.conditions[1].type: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive'],
  ],
] as const)
  test(`CertificateSigningRequest: ${rule}`, () => assert.deepEqual(causes(CertificateSigningRequest, changed(csr, changes)), expected))

const occasion = { now: Date.parse('2026-01-01T00:00:00Z'), user: 'ann', subresource: '' }
test('the server says who asks', () => {
  const next = prepared(CertificateSigningRequest, changed(csr, { 'spec.username': 'root', 'spec.groups': ['system:masters'] }))
  CertificateSigningRequest.options.onCreate?.(next as Draft<CertificateSigningRequest>, {
    ...occasion,
    identity: { groups: ['dev'], extra: {} },
  })
  assert.deepEqual([next.spec.username, next.spec.groups, next.spec.extra], ['ann', ['dev'], undefined])
})
for (const [rule, subresource, sent, expected] of [
  ['nothing changes on the object itself', '', { 'spec.signerName': 'a.b/c', ...verdicts('Denied') }, ['Approved']],
  ['approvers decide', 'approval', verdicts('Denied'), ['Denied']],
  ['signers report, and verdicts stay where they are', 'status', verdicts('Failed', 'Approved'), ['Failed', 'Approved']],
] as const)
  test(rule, () => {
    const before = prepared(CertificateSigningRequest, changed(csr, verdicts('Approved')))
    const next = prepared(CertificateSigningRequest, changed(csr, sent))
    CertificateSigningRequest.options.onUpdate?.(next as Draft<CertificateSigningRequest>, before, { ...occasion, subresource })
    assert.deepEqual(next.spec, before.spec)
    assert.deepEqual(
      next.status.conditions.map(({ type }: { type: string }) => type),
      expected,
    )
    for (const condition of next.status.conditions) assert.equal(condition.lastTransitionTime, '2026-01-01T00:00:00Z')
  })

for (const [rule, subresource, before, sent, expected] of [
  ['a verdict stays', 'approval', verdicts('Approved'), verdicts(), ['updates may not remove a condition of type "Approved"']],
  ['a failure stays', 'status', verdicts('Failed'), verdicts(), ['updates may not remove a condition of type "Failed"']],
  ['approvers give verdicts', 'approval', verdicts(), verdicts('Denied'), []],
  ['signers give none', 'status', verdicts(), verdicts('Denied'), ['updates may not add a condition of type "Denied"']],
  ['a certificate is issued', 'status', {}, { 'status.certificate': btoa('x') }, []],
  [
    'only once',
    'status',
    { 'status.certificate': btoa('x') },
    { 'status.certificate': btoa('y') },
    ['updates may not modify existing certificate content'],
  ],
] as const)
  test(`CertificateSigningRequest, updated: ${rule}`, () => {
    const at = pathAt()
    const stored = prepared(CertificateSigningRequest, changed(csr, before))
    const next = prepared(CertificateSigningRequest, changed(csr, sent))
    CertificateSigningRequest.options.validateUpdate?.(next, at, { before: stored, occasion: { ...occasion, subresource } })
    assert.deepEqual(
      at.problems.map(({ message }) => message),
      expected.map(message => `Forbidden: ${message}`),
    )
  })

test('columns tell verdict and certificate', () => {
  const object = prepared(
    CertificateSigningRequest,
    changed(csr, {
      'spec.expirationSeconds': 3_600,
      'spec.username': 'ann',
      status: { ...verdicts('Approved').status, certificate: btoa('x') },
    }),
  )
  assert.deepEqual(Object.values(cells(CertificateSigningRequest, object, 0)), [
    '<unknown>',
    'example.com/signer',
    'ann',
    '60m',
    'Approved,Issued',
  ])
})
test('ClusterTrustBundle: the name begins with the signer', () => {
  const spec = { signerName: 'a.b/c', trustBundle: '-----BEGIN CERTIFICATE-----' }
  assert.deepEqual(causes(ClusterTrustBundle, { metadata: { name: 'a.b:c:x' }, spec }), [])
  assert.deepEqual(causes(ClusterTrustBundle, { metadata: { name: 'x' }, spec }), [
    'metadata.name: Invalid value: "x": ClusterTrustBundle for signerName a.b/c must be named with prefix a.b:c:',
  ])
})
