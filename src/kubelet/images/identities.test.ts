/** What a credential provider is told of a pod's account. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { Identities, type TokenAttributes } from './identities.ts'

const annotations = { 'example.com/role': 'reader', 'example.com/team': 'a', other: 'x' }
const client = { get: async () => ({ metadata: { uid: 'u', annotations } }) } as unknown as Client
const identities = new Identities({ client, tokens: { forAudience: async (_, audience) => `token for ${audience}` } })
const pod = (serviceAccountName?: string) => ({ metadata: { namespace: 'd', name: 'p' }, spec: { serviceAccountName } }) as unknown as Pod
const wanted: TokenAttributes = { serviceAccountTokenAudience: 'registry', cacheType: 'ServiceAccount', requireServiceAccount: true }

test('its token, and the annotations for which the provider asks', async () => {
  const asked = {
    ...wanted,
    requiredServiceAccountAnnotationKeys: ['example.com/role'],
    optionalServiceAccountAnnotationKeys: ['example.com/team', 'none'],
  }
  const identity = await identities.of(pod('web'), asked)
  assert.deepEqual(identity?.account, { uid: 'u', namespace: 'd', name: 'web' })
  assert.deepEqual(identity?.told, {
    serviceAccountToken: 'token for registry',
    serviceAccountAnnotations: { 'example.com/role': 'reader', 'example.com/team': 'a' },
  })
})
test('no annotations, no word of them', async () =>
  assert.deepEqual((await identities.of(pod('web'), wanted))?.told, { serviceAccountToken: 'token for registry' }))
test('an answer holds for the account, or for the token', async () => {
  const keys = await Promise.all(
    [
      [pod('web'), wanted],
      [pod('api'), wanted],
      [pod('web'), { ...wanted, cacheType: 'Token' }],
      [pod('api'), { ...wanted, cacheType: 'Token' }],
    ].map(async ([of, attributes]) => (await identities.of(of as Pod, attributes as TokenAttributes))?.cacheKey),
  )
  assert.equal(new Set(keys).size, 3)
  assert.equal(keys[2], keys[3])
})
test('an annotation that must be there and is not', async () =>
  assert.rejects(identities.of(pod('web'), { ...wanted, requiredServiceAccountAnnotationKeys: ['none'] }), {
    message: 'required annotation none not present in service account d/web',
  }))
test('a pod without an account, as manifests on the node have none', async () => {
  await assert.rejects(identities.of(pod(), wanted), { message: 'the pod has no service account' })
  assert.equal(await identities.of(pod(), { ...wanted, requireServiceAccount: false }), undefined)
})
