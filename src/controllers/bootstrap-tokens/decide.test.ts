/** Which bootstrap tokens sign, what they sign, and when they go. One row per rule. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf } from '#client/plan.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Secret } from '#kinds/core/secret.ts'
import { ago, NOW, stored } from '#test/support/workloads.ts'
import { decide as clean } from './cleaner.ts'
import { decide as sign } from './signer.ts'

const base = { children: childrenOf(), refusals: [], now: NOW }
interface Traits {
  readonly name?: string
  readonly namespace?: string
  readonly data?: Record<string, string | undefined>
}
function token({ name = 'bootstrap-token-abc123', namespace = 'kube-system', data = {} }: Traits = {}): Secret {
  const all = { 'token-id': 'abc123', 'token-secret': 'tokenSecret', 'usage-bootstrap-signing': 'true', ...data }
  const stringData = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== undefined))
  return stored(Secret, { metadata: { name, namespace, uid: name }, type: 'bootstrap.kubernetes.io/token', stringData })
}
const info = (data: object, name = 'cluster-info') => stored(ConfigMap, { metadata: { name, namespace: 'kube-public' }, data })

/** Of upstream's own test: what go-jose makes of "payload" and this token. */
const SIGNATURE = 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiYzEyMyJ9..QSxpUG7Q542CirTI2ECPSZjvBOJURUW5a7XqFpNI958'
const kubeconfig = 'payload'
const signed = { kubeconfig, 'jws-kubeconfig-abc123': SIGNATURE }
const signatures = (map: ConfigMap, ...more: readonly Secret[]) => sign({ ...base, object: map, more }).object?.data ?? 'as it is'
const plain = info({ kubeconfig })

const signing: readonly [rule: string, is: object | string, wanted: object | string][] = [
  ['a token that may sign signs', signatures(plain, token()), signed],
  ['what is signed stays as it is', signatures(info(signed), token()), 'as it is'],
  ['a signature of something else is made anew', signatures(info({ kubeconfig, 'jws-kubeconfig-abc123': 'old' }), token()), signed],
  ['without its token a signature goes', signatures(info(signed)), { kubeconfig }],
  ['other entries stay', signatures(info({ kubeconfig, other: 'x' }), token()), { ...signed, other: 'x' }],
  ['without a kubeconfig there is nothing to sign', signatures(info({ other: 'x' }), token()), 'as it is'],
  ['other maps are left alone', signatures(info({ kubeconfig }, 'mine'), token()), 'as it is'],
  ['a token that is still good signs', signatures(plain, token({ data: { expiration: ago(-60) } })), signed],
  ['one that has expired does not', signatures(plain, token({ data: { expiration: ago(60) } })), 'as it is'],
  ['nor one whose end cannot be read', signatures(plain, token({ data: { expiration: 'garbage' } })), 'as it is'],
  ['nor one whose usage does not say so', signatures(plain, token({ data: { 'usage-bootstrap-signing': undefined } })), 'as it is'],
  ['nor one whose usage says something else', signatures(plain, token({ data: { 'usage-bootstrap-signing': 'yes' } })), 'as it is'],
  ['nor one without an identity', signatures(plain, token({ data: { 'token-id': '' } })), 'as it is'],
  ['nor one without a secret', signatures(plain, token({ data: { 'token-secret': '' } })), 'as it is'],
  ['nor one with another name', signatures(plain, token({ name: 'abc123' })), 'as it is'],
  ['nor one with the name of another token', signatures(plain, token({ name: 'bootstrap-token-def456' })), 'as it is'],
]
for (const [rule, is, wanted] of signing) test(rule, () => assert.deepEqual(is, wanted))

const fate = (traits: Traits) => {
  const plan = clean({ ...base, more: undefined, object: token(traits) })
  return plan.delete?.length ? 'goes' : (plan.lookAgainMs ?? 'stays')
}
const cleaning: readonly [rule: string, is: string | number, wanted: string | number][] = [
  ['without an end it stays', fate({}), 'stays'],
  ['with an empty one too', fate({ data: { expiration: '' } }), 'stays'],
  ['before its end it is looked at again then', fate({ data: { expiration: ago(-60) } }), 60_000],
  ['after its end it goes', fate({ data: { expiration: ago(3600) } }), 'goes'],
  ['with one that cannot be read it goes too', fate({ data: { expiration: 'garbage' } }), 'goes'],
  ['elsewhere it is no token', fate({ namespace: 'default', data: { expiration: ago(3600) } }), 'stays'],
]
for (const [rule, is, wanted] of cleaning) test(rule, () => assert.equal(is, wanted))
