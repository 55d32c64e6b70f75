/** Who may use an image that is there already. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { VirtualClock } from '#base/clock.ts'
import type { Offer } from './credentials.ts'
import { accessOf, isAccessible, merged, nameOf, type Verification, wantsProof } from './pull-access.ts'
import { PullRecords } from './pull-records.ts'

const credentials = (password: string) => ({ username: 'u', password })
const secret = (name: string, password = 'p', uid = `uid-${name}`): Offer => ({
  credentials: credentials(password),
  origin: { kind: 'secret', uid, namespace: 'd', name },
})
const account = (name: string, password = 'p'): Offer => ({
  credentials: credentials(password),
  origin: { kind: 'account', uid: `uid-${name}`, namespace: 'd', name },
})
const node: Offer = { credentials: credentials('p'), origin: { kind: 'node' } }

test('images are known by their name, whatever tag or digest', () =>
  assert.deepEqual(['nginx', 'nginx:1', 'localhost:5000/a/b@sha256:0123', 'registry:5000/app:1@sha256:01'].map(nameOf), [
    'docker.io/library/nginx',
    'docker.io/library/nginx',
    'localhost:5000/a/b',
    'registry:5000/app',
  ]))

const proofs: readonly [policy: Verification['policy'], allowed: readonly string[], isOurs: boolean, wants: boolean][] = [
  ['NeverVerify', [], true, false],
  ['NeverVerifyPreloadedImages', [], true, true],
  ['NeverVerifyPreloadedImages', [], false, false],
  ['NeverVerifyAllowlistedImages', ['registry.test/team/app'], false, false],
  ['NeverVerifyAllowlistedImages', ['registry.test/team/*'], false, false],
  ['NeverVerifyAllowlistedImages', ['registry.test/te'], false, true],
  ['NeverVerifyAllowlistedImages', ['registry.test/team/*'], true, true],
  ['AlwaysVerify', [], false, true],
]
for (const [policy, allowed, isOurs, wants] of proofs)
  test(`${policy} of ${allowed.join() || 'nothing'}, ${isOurs ? 'pulled' : 'put there'}: ${wants ? 'proof' : 'no proof'}`, () =>
    assert.equal(wantsProof({ policy, allowed }, { image: 'registry.test/team/app:1', isOurs }), wants))

const rows: readonly [rule: string, taken: Offer | undefined, offers: readonly Offer[], isAllowed: boolean][] = [
  ['what needed no credentials is everybody’s', undefined, [], true],
  ['what the node’s credentials gave is everybody’s', node, [], true],
  ['the same secret', secret('a'), [secret('a')], true],
  ['the same secret with another password, which the registry may know as well', secret('a'), [secret('a', 'new')], true],
  ['another secret with the same password', secret('a'), [secret('b')], true],
  ['another secret with another password', secret('a'), [secret('b', 'other')], false],
  ['a new secret of the same name with another password', secret('a'), [secret('a', 'other', 'later')], false],
  ['no secret', secret('a'), [], false],
  ['the node’s credentials, when a secret was taken', secret('a'), [node], false],
  ['the same account', account('a'), [account('a', 'fresh')], true],
  ['another account, though a provider gives it the same password', account('a'), [account('b')], false],
]
for (const [rule, taken, offers, isAllowed] of rows)
  test(`${isAllowed ? 'allowed' : 'refused'}: ${rule}`, () => assert.equal(isAccessible(accessOf(taken), offers), isAllowed))
test('access adds up; once it is everybody’s it stays so', () => {
  const two = merged(merged(undefined, accessOf(secret('a', 'x'))), accessOf(secret('b', 'y')))
  assert.deepEqual(
    [secret('a', 'x'), secret('b', 'y'), secret('c', 'z')].map(offer => isAccessible(two, [offer])),
    [true, true, false],
  )
  assert.deepEqual(merged(merged(two, accessOf(node)), accessOf(secret('a'))), { nodePodsAccessible: true })
})

const folder = mkdtempSync(join(tmpdir(), 'knarr-pulls-'))
after(() => rmSync(folder, { recursive: true }))
test('who comes while an image is pulled again finds the one that was there; what is being pulled is not free yet', () => {
  const own = mkdtempSync(join(tmpdir(), 'knarr-pulls-'))
  const verification = { policy: 'NeverVerifyPreloadedImages', allowed: [] } as const
  const records = new PullRecords({ clock: new VirtualClock(), folder: own, verification })
  records.begin('app:1', 'sha256:1')
  assert.ok(records.isAllowed('app:1', 'sha256:1', []))
  assert.ok(!records.isAllowed('app:1', 'sha256:2', []))
  records.begin('app:1', 'sha256:1')
  records.fail('app:1')
  assert.ok(records.isAllowed('app:1', 'sha256:1', []))
  assert.ok(!records.isAllowed('app:1', 'sha256:2', []))
  rmSync(own, { recursive: true })
})
test('what was pulled is remembered over restarts, also a pull that was cut off; images that are gone are forgotten', () => {
  const verification = { policy: 'NeverVerifyPreloadedImages', allowed: [] } as const
  const open = () => new PullRecords({ clock: new VirtualClock(), folder, verification })
  const records = open()
  assert.ok(records.isAllowed('app:1', 'sha256:1', []), 'somebody has put it there')
  records.begin('app:1')
  assert.ok(!open().isAllowed('app:1', 'sha256:1', [secret('a')]), 'its pull was cut off')
  records.succeed(
    'app:1',
    { imageRef: 'sha256:1', names: ['docker.io/library/app:1', 'docker.io/library/imported:1'] },
    accessOf(secret('a')),
  )
  records.begin('other:1')
  records.fail('other:1')
  const later = open()
  assert.deepEqual(
    [
      later.isAllowed('app:1', 'sha256:1', []),
      later.isAllowed('app:2', 'sha256:1', [secret('a')]),
      later.isAllowed('alias:1', 'sha256:1', [secret('a')]),
    ],
    [false, true, false],
  )
  assert.ok(later.isAllowed('imported:1', 'sha256:1', []), 'somebody had put it there under this name')
  assert.ok(later.isAllowed('other:1', 'sha256:2', []))
  later.keepOnly(new Set(['sha256:2']))
  assert.ok(open().isAllowed('app:1', 'sha256:1', []))
  assert.deepEqual(
    ['pulled', 'pulling'].flatMap(name => readdirSync(join(folder, name))),
    [],
  )
})
