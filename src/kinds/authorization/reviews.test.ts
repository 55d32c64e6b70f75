/** What may be asked in reviews of access and tokens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenRequest } from '#kinds/authentication/token-request.ts'
import { causes, prepared } from '#test/support/kinds.ts'
import { LocalSubjectAccessReview } from './local-subject-access-review.ts'
import { SelfSubjectAccessReview } from './self-subject-access-review.ts'
import { SubjectAccessReview } from './subject-access-review.ts'

const resourceAttributes = { verb: 'get', resource: 'pods', namespace: 'default' }
for (const [rule, kind, manifest, expected] of [
  ['a question about a resource', SubjectAccessReview, { spec: { user: 'ann', resourceAttributes } }, []],
  [
    'a question without metadata',
    SubjectAccessReview,
    { metadata: { name: 'x' }, spec: { user: 'ann', resourceAttributes } },
    ['metadata: Invalid value: {"name":"x"}: must be empty'],
  ],
  [
    'a question',
    SelfSubjectAccessReview,
    { spec: {} },
    ['spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified'],
  ],
  [
    'about somebody',
    SubjectAccessReview,
    { spec: { resourceAttributes } },
    ['spec.user: Invalid value: "": at least one of user or group must be specified'],
  ],
  [
    'about the namespace',
    LocalSubjectAccessReview,
    { metadata: { namespace: 'other' }, spec: { user: 'ann', resourceAttributes } },
    ['spec.resourceAttributes.namespace: Invalid value: "default": must match metadata.namespace'],
  ],
  [
    'a token that lasts',
    TokenRequest,
    { spec: { audiences: [], expirationSeconds: 10 } },
    ['spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes'],
  ],
] as const)
  test(`${kind.name}: ${rule}`, () => assert.deepEqual(causes(kind, manifest), expected))

test('TokenRequest: an hour by default', () =>
  assert.equal(prepared(TokenRequest, { spec: { audiences: [] } }).spec.expirationSeconds, 3_600))
