/** Who a request comes from, and as whom it may act. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import type { Attributes, Authorizer } from '../authorize/authorizer.ts'
import type { Incoming } from '../request.ts'
import { impersonated } from './impersonate.ts'
import { authenticate } from './index.ts'
import { createSigningKey, readSigningKey } from './signing-key.ts'
import { Tokens } from './tokens.ts'

const now = Date.parse('2030-01-01T00:00:00Z')
const tokens = new Tokens('https://iss', [readSigningKey(createSigningKey())])
const objects = fixedObjects([ServiceAccount, { metadata: { name: 'app', namespace: 'a', uid: 'u' } as never }])
const wish = { serviceAccount: { namespace: 'a', name: 'app', uid: 'u' }, audiences: ['api'], expirationSeconds: 600, id: 'i', now }
const token = await tokens.issue(wish)
const expired = await tokens.issue({ ...wish, now: now - 3_600_000 })
const incoming = (more: Partial<Incoming>): Incoming => ({
  method: 'GET',
  path: '/api/v1/pods',
  query: new URLSearchParams(),
  headers: {},
  body: () => Promise.resolve(new Uint8Array()),
  signal: AbortSignal.timeout(60_000),
  ...more,
})
const certificate = { commonName: 'jane', organizations: ['dev'], fingerprint: 'ab12' }
const JANE = 'jane dev,system:authenticated'
const APP = 'system:serviceaccount:a:app system:serviceaccounts,system:serviceaccounts:a,system:authenticated'
const NOBODY = 'Unauthorized'
const subprotocols = `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}, v5.channel.k8s.io`
const ROWS: readonly [string, Partial<Incoming>, string][] = [
  ['a certificate', { certificate }, JANE],
  ['a certificate without a name is nobody', { certificate: { ...certificate, commonName: '' } }, NOBODY],
  ['a bearer token', { headers: { authorization: `Bearer ${token}` } }, APP],
  ['the scheme in any case', { headers: { authorization: `bearer ${token}` } }, APP],
  ['a token among WebSocket subprotocols', { headers: { 'sec-websocket-protocol': subprotocols } }, APP],
  ['an expired token', { headers: { authorization: `Bearer ${expired}` } }, NOBODY],
  ['an unknown token', { headers: { authorization: 'Bearer abc' } }, NOBODY],
  ['a bad token even where nobody needs to be known', { path: '/healthz', headers: { authorization: 'Bearer abc' } }, NOBODY],
  ['another scheme', { headers: { authorization: 'Basic abc' } }, NOBODY],
  ['nothing', {}, NOBODY],
  ['nothing on /healthz', { path: '/healthz' }, 'system:anonymous system:unauthenticated'],
  ['nothing on /version', { path: '/version' }, 'system:anonymous system:unauthenticated'],
  ['nothing below /livez', { path: '/livez/ping' }, NOBODY],
  ['a caller in this process', { user: { name: 'x', groups: ['g'], extra: {} } }, 'x g'],
]
for (const [title, given, expected] of ROWS)
  test(`authenticate: ${title}`, async () => {
    const outcome = await authenticate({ tokens, objects, audiences: ['api'] }, incoming(given), now).then(
      ({ name, groups }) => `${name} ${groups.join(',')}`,
      (error: unknown) => (isRefusal(error, 'Unauthorized') && error.code === 401 ? error.message : Promise.reject(error)),
    )
    assert.equal(outcome, expected)
  })
test('a certificate is named in the extra attributes', async () => {
  const { extra } = await authenticate({ tokens, objects, audiences: ['api'] }, incoming({ certificate }), now)
  assert.deepEqual(extra, { 'authentication.kubernetes.io/credential-id': ['X509SHA256=ab12'] })
})

const asker = { name: 'root', groups: [], extra: {} }
const asked: string[] = []
const authorizer = {
  authorize: async (attributes: Attributes) => {
    const { verb, group, resource, subresource, namespace, name } = attributes
    asked.push(`${verb} ${resource}${subresource && `/${subresource}`}${group && `.${group}`} ${namespace && `${namespace}/`}${name}`)
    return { decision: name === 'forbidden' ? 'abstain' : 'allow', reason: '' }
  },
} as unknown as Authorizer

const ACTING: readonly [string, Incoming['headers'], string, readonly string[]][] = [
  ['nobody else', {}, 'root ', []],
  ['a user', { 'impersonate-user': 'jane' }, 'jane system:authenticated', ['impersonate users jane']],
  [
    'a user with groups',
    { 'impersonate-user': 'jane', 'impersonate-group': ['dev', 'ops'] },
    'jane dev,ops,system:authenticated',
    ['impersonate users jane', 'impersonate groups dev', 'impersonate groups ops'],
  ],
  [
    'groups that say it already',
    { 'impersonate-user': 'jane', 'impersonate-group': 'system:authenticated' },
    'jane system:authenticated',
    ['impersonate users jane', 'impersonate groups system:authenticated'],
  ],
  [
    'a service account with its own groups',
    { 'impersonate-user': 'system:serviceaccount:a:app' },
    'system:serviceaccount:a:app system:serviceaccounts,system:serviceaccounts:a,system:authenticated',
    ['impersonate serviceaccounts a/app'],
  ],
  [
    'the anonymous user',
    { 'impersonate-user': 'system:anonymous' },
    'system:anonymous system:unauthenticated',
    ['impersonate users system:anonymous'],
  ],
  [
    'a user with uid and extra attributes',
    { 'impersonate-user': 'jane', 'impersonate-uid': '7', 'impersonate-extra-acme.com%2fproject': ['x', 'y'] },
    'jane system:authenticated acme.com/project=x,y 7',
    [
      'impersonate users jane',
      'impersonate userextras/acme.com/project.authentication.k8s.io x',
      'impersonate userextras/acme.com/project.authentication.k8s.io y',
      'impersonate uids.authentication.k8s.io 7',
    ],
  ],
  [
    'a forbidden user',
    { 'impersonate-user': 'forbidden' },
    'users "forbidden" is forbidden: User "root" cannot impersonate resource "users" in API group "" at the cluster scope',
    ['impersonate users forbidden'],
  ],
  ['groups without a user', { 'impersonate-group': 'dev' }, 'requested [group dev] without impersonating a user', []],
]
for (const [title, headers, expected, questions] of ACTING)
  test(`acting as ${title}`, async () => {
    asked.length = 0
    const outcome = await impersonated(authorizer, asker, { headers }).then(
      ({ name, groups, extra, uid }) =>
        [
          name,
          ` ${groups.join(',')}`,
          ...Object.entries(extra).map(([key, values]) => ` ${key}=${values.join(',')}`),
          uid ? ` ${uid}` : '',
        ].join(''),
      (error: Error) => error.message,
    )
    assert.equal(outcome, expected)
    assert.deepEqual(asked, questions)
  })
