/** Tokens: issued ones are believed as long as everything they are bound to is there, and no others. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { TokenReview } from '#kinds/authentication/token-review.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { fixedObjects } from '#test/support/fixed-objects.ts'
import { identityReviews } from './identity-reviews.ts'
import { checkAccountToken } from './service-account-token.ts'
import { createSigningKey, discoveryDocument, keySet, readSigningKey } from './signing-key.ts'
import { answerTokenRequest } from './token-request.ts'
import { accountOfUser, Tokens, type TokenWish } from './tokens.ts'

const issuer = 'https://kubernetes.default.svc.cluster.local'
const key = readSigningKey(createSigningKey())
const tokens = new Tokens(issuer, [key])
const now = Date.parse('2030-01-01T00:00:00Z')
const MINUTE_MS = 60_000
const meta = (name: string, uid: string, more = {}) => ({ name, namespace: 'a', uid, ...more })
const objects = fixedObjects(
  [ServiceAccount, { metadata: meta('app', 'sa-1') }, { metadata: meta('leaving', 'sa-2', { deletionTimestamp: '2029-12-31T23:50:00Z' }) }],
  [
    Pod,
    { metadata: meta('web', 'pod-1'), spec: { serviceAccountName: 'app', nodeName: 'n1' } } as never,
    { metadata: meta('free', 'pod-2'), spec: { serviceAccountName: 'app' } } as never,
    { metadata: meta('lost', 'pod-3'), spec: { serviceAccountName: 'app', nodeName: 'gone' } } as never,
    { metadata: meta('other', 'pod-4'), spec: { serviceAccountName: 'default' } } as never,
    { metadata: meta('ending', 'pod-5', { deletionTimestamp: '2029-12-31T23:59:30Z' }), spec: {} } as never,
    { metadata: meta('ended', 'pod-6', { deletionTimestamp: '2029-12-31T23:50:00Z' }), spec: {} } as never,
  ],
  [Node, { metadata: { name: 'n1', uid: 'node-1' } as never }],
  [Secret, { metadata: meta('s', 'secret-1') }],
)
const wish = (more: Partial<TokenWish> = {}): TokenWish => ({
  serviceAccount: { namespace: 'a', name: 'app', uid: 'sa-1' },
  audiences: [issuer],
  expirationSeconds: 3600,
  id: 'id-1',
  now,
  ...more,
})
const check = async (token: string, at = now, audiences: readonly string[] = [issuer]) =>
  checkAccountToken({ tokens, objects, token, audiences, now: at })

test('a bound token names account, pod and node', async () => {
  const boundTo = { pod: { name: 'web', uid: 'pod-1' }, node: { name: 'n1', uid: 'node-1' } }
  assert.deepEqual(await check(await tokens.issue(wish({ boundTo }))), {
    user: {
      name: 'system:serviceaccount:a:app',
      uid: 'sa-1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:a'],
      extra: {
        'authentication.kubernetes.io/pod-name': ['web'],
        'authentication.kubernetes.io/pod-uid': ['pod-1'],
        'authentication.kubernetes.io/node-name': ['n1'],
        'authentication.kubernetes.io/node-uid': ['node-1'],
        'authentication.kubernetes.io/credential-id': ['JTI=id-1'],
      },
    },
    audiences: [issuer],
    isStale: false,
  })
})

const bound = (boundTo: TokenWish['boundTo']): Partial<TokenWish> => ({ ...(boundTo && { boundTo }) })
const ROWS: readonly [string, Partial<TokenWish>, string | undefined, number?, (readonly string[])?][] = [
  ['a plain one', {}, undefined],
  ['within the leeway after its end', {}, undefined, now + 3600_000 + MINUTE_MS],
  ['not after its end', {}, 'service account token has expired', now + 3600_000 + MINUTE_MS + 1000],
  ['not before its time', {}, 'service account token is not valid yet', now - 2 * MINUTE_MS],
  ['for another audience when asked for that', { audiences: ['vault'] }, undefined, now, ['vault', 'x']],
  ['not for another audience', { audiences: ['vault'] }, `token audiences ["vault"] is invalid for the target audiences ["${issuer}"]`],
  [
    'not of an account that is not there',
    { serviceAccount: { namespace: 'a', name: 'none', uid: 'x' } },
    'service account token has been invalidated',
  ],
  [
    'not of an account made anew',
    { serviceAccount: { namespace: 'a', name: 'app', uid: 'old' } },
    'service account UID (sa-1) does not match claim (old)',
  ],
  [
    'not of a deleted account',
    { serviceAccount: { namespace: 'a', name: 'leaving', uid: 'sa-2' } },
    'service account token has been invalidated',
  ],
  ['bound to a pod', bound({ pod: { name: 'free', uid: 'pod-2' } }), undefined],
  ['not bound to a pod that is gone', bound({ pod: { name: 'none', uid: 'x' } }), 'service account token has been invalidated'],
  [
    'not bound to a pod made anew',
    bound({ pod: { name: 'free', uid: 'x' } }),
    'pod UID (pod-2) does not match service account pod ref claim (x)',
  ],
  ['bound to a pod whose deletion was just due', bound({ pod: { name: 'ending', uid: 'pod-5' } }), undefined],
  [
    'not bound to a pod whose deletion was due',
    bound({ pod: { name: 'ended', uid: 'pod-6' } }),
    'service account token has been invalidated',
  ],
  ['bound to a secret', bound({ secret: { name: 's', uid: 'secret-1' } }), undefined],
  [
    'not bound to a secret made anew',
    bound({ secret: { name: 's', uid: 'x' } }),
    'secret UID (secret-1) does not match service account secret ref claim (x)',
  ],
  ['bound to a node', bound({ node: { name: 'n1', uid: 'node-1' } }), undefined],
  ['not bound to a node that is gone', bound({ node: { name: 'n9', uid: 'x' } }), 'service account token has been invalidated'],
]
for (const [title, more, error, at, audiences] of ROWS)
  test(`a token is good: ${title}`, async () => {
    const token = await tokens.issue(wish(more))
    const outcome = await check(token, at, audiences).then(
      () => undefined,
      (caught: Error) => caught.message,
    )
    assert.equal(outcome, error)
  })

test('a token that someone else signed is not believed, nor one that was changed, nor one without signature', async () => {
  const forged = await new Tokens(issuer, [readSigningKey(createSigningKey())]).issue(wish())
  await assert.rejects(check(forged), { message: 'no keys found' })
  const [head, , signature] = (await tokens.issue(wish())).split('.')
  const [, payload] = (await tokens.issue(wish({ id: 'other' }))).split('.')
  await assert.rejects(check([head, payload, signature].join('.')), { message: 'no keys found' })
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  await assert.rejects(check([none, payload, 'x'].join('.')), { message: 'no keys found' })
})
test('tokens of other issuers are left to others', async () => {
  const foreign = await new Tokens('https://elsewhere', [key]).issue(wish())
  assert.equal(await check(foreign), undefined)
  for (const text of ['abc', 'a.b.c', '..']) assert.equal(await check(text), undefined)
})
test('RSA keys sign with RS256, and old keys are still believed', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rsa = readSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  assert.equal(rsa.algorithm, 'RS256')
  const both = new Tokens(issuer, [rsa, key])
  for (const token of [await both.issue(wish()), await tokens.issue(wish())])
    assert(await checkAccountToken({ tokens: both, objects, token, audiences: [issuer], now }))
})
test('published keys verify what was issued', async () => {
  const { createLocalJWKSet, jwtVerify } = await import('jose')
  const { payload } = await jwtVerify(await tokens.issue(wish()), createLocalJWKSet(keySet([key]) as never), {
    issuer,
    audience: issuer,
    currentDate: new Date(now),
  })
  assert.equal(payload.sub, 'system:serviceaccount:a:app')
  assert.deepEqual(discoveryDocument(issuer, [key]), {
    issuer,
    jwks_uri: `${issuer}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  })
})

test("a secret's token is good while the secret holds it", async () => {
  const token = await tokens.issueLegacy({ namespace: 'a', name: 'app', uid: 'sa-1' }, 'old')
  const holding = (held: string) =>
    fixedObjects(
      [ServiceAccount, { metadata: meta('app', 'sa-1') }],
      [Secret, { metadata: meta('old', 's'), data: { token: Buffer.from(held).toString('base64') } } as never],
    )
  const good = await checkAccountToken({ tokens, objects: holding(token), token, audiences: [issuer], now })
  assert.equal(good?.user.name, 'system:serviceaccount:a:app')
  await assert.rejects(
    checkAccountToken({ tokens, objects: holding('x'), token, audiences: [issuer], now }),
    /does not match server's copy/,
  )
  await assert.rejects(check(token), { message: 'service account token has been invalidated' })
})

for (const [user, account] of [
  ['system:serviceaccount:a:b', { namespace: 'a', name: 'b' }],
  ['system:serviceaccount:a:b:c', undefined],
  ['system:serviceaccount:a:', undefined],
  ['jane', undefined],
] as const)
  test(`account of ${user}`, () => assert.deepEqual(accountOfUser(user), account))

interface Request {
  readonly spec?: object
  readonly metadata?: object
}
const request = async ({ spec = {}, metadata = {} }: Request, name = 'app') =>
  (await answerTokenRequest({
    tokens,
    objects,
    audiences: [issuer],
    namespace: 'a',
    name,
    request: { metadata, spec: { audiences: [], ...spec } } as never,
    id: 'id',
    now,
  })) as { metadata: object; spec: object; status: { token: string; expirationTimestamp: string } }
const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

test('a token request is answered with a token of the right length for the right audience', async () => {
  const { metadata, spec, status } = await request({ spec: { expirationSeconds: 1200 } })
  assert.deepEqual(metadata, { name: 'app', namespace: 'a', creationTimestamp: '2030-01-01T00:00:00Z' })
  assert.deepEqual(spec, { audiences: [issuer], expirationSeconds: 1200 })
  assert.equal(status.expirationTimestamp, '2030-01-01T00:20:00Z')
  const { exp, iat, aud } = claims(status.token)
  assert.deepEqual([exp - iat, aud], [1200, [issuer]])
})
const pod = (name: string, uid?: string) => ({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, ...(uid && { uid }) } })
test("projected volumes' tokens last, and warn", async () => {
  const { status } = await request({ spec: { expirationSeconds: 3607, ...pod('web') } })
  const { exp, iat, 'kubernetes.io': account } = claims(status.token)
  assert.deepEqual([exp - iat, account.warnafter - iat, status.expirationTimestamp], [365 * 86_400, 3607, '2030-01-01T01:00:07Z'])
  assert.deepEqual(
    [account.pod, account.node],
    [
      { name: 'web', uid: 'pod-1' },
      { name: 'n1', uid: 'node-1' },
    ],
  )
  assert.equal((await check(status.token, now + 3700_000))?.isStale, true)
})
test('the name of a node that is not there is told without its uid', async () => {
  const { status } = await request({ spec: pod('lost') })
  assert.deepEqual(claims(status.token)['kubernetes.io'].node, { name: 'gone' })
})
const INVALID = 'TokenRequest.authentication.k8s.io'
const REFUSED: readonly [string, Request, string?][] = [
  [
    `${INVALID} "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes`,
    { spec: { expirationSeconds: 599 } },
  ],
  [
    `${INVALID} "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds`,
    { spec: { expirationSeconds: 2 ** 32 + 1 } },
  ],
  [
    `${INVALID} "app" is invalid: metadata.name: Invalid value: "x": must match the service account name if specified`,
    { metadata: { name: 'x' } },
  ],
  ['serviceaccounts "none" not found', {}, 'none'],
  ['pods "none" not found', { spec: pod('none') }],
  ['cannot bind token for serviceaccount "app" to pod running with different serviceaccount name.', { spec: pod('other') }],
  [
    'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated',
    { spec: pod('web', 'x') },
  ],
  [
    'cannot bind token to object of type /v1, Kind=ConfigMap',
    { spec: { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } } },
  ],
  [
    'cannot bind token to object of type apps/v1, Kind=Pod',
    { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'apps/v1', name: 'x' } } },
  ],
]
for (const [message, given, name] of REFUSED)
  test(`token request refused: ${message}`, () => assert.rejects(request(given, name), { message }))

test('a token review tells the user, or why not', async () => {
  const answer = identityReviews({ tokens, objects, audiences: [issuer] }).get(TokenReview)
  assert(answer)
  const asker = { user: { name: 'x', groups: [], extra: {} }, namespace: '', now }
  const review = async (token: string, audiences?: string[]) =>
    ((await answer({ metadata: {}, spec: { token, audiences } }, asker)) as { status: object }).status
  const good = await tokens.issue(wish({ audiences: ['vault', issuer] }))
  assert.deepEqual(await review(good), {
    authenticated: true,
    user: {
      username: 'system:serviceaccount:a:app',
      uid: 'sa-1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=id-1'] },
    },
    audiences: [issuer],
  })
  assert.deepEqual(((await review(good, ['vault', 'x'])) as { audiences: unknown }).audiences, ['vault'])
  assert.deepEqual(await review('nonsense'), { user: {}, error: 'invalid bearer token' })
  assert.deepEqual(await review(await tokens.issue(wish({ now: now - 86_400_000 }))), {
    user: {},
    error: '[invalid bearer token, service account token has expired]',
  })
  await assert.rejects(review(''), { message: 'token is required for TokenReview in authentication' })
})
