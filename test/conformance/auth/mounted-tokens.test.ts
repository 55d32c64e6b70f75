/** Tokens of service accounts in pods: by default, by wish, not at all; and whether others can trust them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TokenReview } from '#kinds/authentication/token-review.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { ClusterRoleBinding } from '#kinds/rbac/cluster-role-binding.ts'
import { useNodeStage } from '../support/node-stage.ts'
import { AT_ONCE, podsOf, shell } from '../support/pods.ts'
import type { Any } from '../support/resource.ts'

const stage = useNodeStage(['busybox', 'node'])
const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount'
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/

const tokenVolume = (source: object) => ({ volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: source }] } }] })
const tokenMount = { volumeMounts: [{ name: 'token', mountPath: '/tokens', readOnly: true }] }

describe('tokens in pods', AT_ONCE, () => {
  test('[sig-auth] ServiceAccounts should mount an API token into pods [Conformance]', async () => {
    const pods = await podsOf(stage, 'mount')
    await pods.beside(ServiceAccount).create({ metadata: { name: 'mount-test' } })
    await pods.run('holder', { serviceAccountName: 'mount-test', containers: [shell('sleep 1000')] })
    const pod = await pods.running('holder')
    const read = (file: string) => stage.cluster.ok(['exec', '-n', pods.namespace, 'holder', '--', 'cat', `${MOUNTED}/${file}`])
    assert.equal(await read('ca.crt'), (await pods.beside(ConfigMap).get('kube-root-ca.crt')).data['ca.crt'])
    assert.equal(await read('namespace'), pods.namespace)
    const { status } = await stage.resource(TokenReview).create({ metadata: {}, spec: { token: await read('token') } })
    assert.deepEqual([status.authenticated, status.error], [true, undefined])
    const { username, groups, extra } = status.user
    assert.equal(username, `system:serviceaccount:${pods.namespace}:mount-test`)
    for (const group of ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${pods.namespace}`])
      assert(groups.includes(group), group)
    assert.match(extra['authentication.kubernetes.io/credential-id'].join(), /^JTI=[^,]+$/)
    const node = await stage.cluster.ok(['get', 'node', pod.spec.nodeName, '-o', 'jsonpath={.metadata.uid}'])
    for (const [name, value] of Object.entries({
      'pod-name': 'holder',
      'pod-uid': pod.metadata.uid,
      'node-name': pod.spec.nodeName,
      'node-uid': node,
    }))
      assert.deepEqual(extra[`authentication.kubernetes.io/${name}`], [value])
  })

  test('[sig-auth] ServiceAccounts should allow opting out of API token automount [Conformance]', async () => {
    const pods = await podsOf(stage, 'opt-out')
    const accounts = pods.beside(ServiceAccount)
    await accounts.create({ metadata: { name: 'mount' }, automountServiceAccountToken: true })
    await accounts.create({ metadata: { name: 'nomount' }, automountServiceAccountToken: false })
    const hasToken = async (serviceAccountName: string, automountServiceAccountToken?: boolean) => {
      const name = `${serviceAccountName}-${automountServiceAccountToken ?? 'unsaid'}`
      const { spec } = await pods.run(name, { serviceAccountName, automountServiceAccountToken, containers: [shell('sleep 1000')] })
      return spec.containers[0].volumeMounts?.some(({ mountPath }: Any) => mountPath === MOUNTED) ?? false
    }
    for (const [account, wish, expected] of [
      ['default', undefined, true],
      ['mount', undefined, true],
      ['nomount', undefined, false],
      ['default', true, true],
      ['mount', true, true],
      ['nomount', true, true],
      ['default', false, false],
      ['mount', false, false],
      ['nomount', false, false],
    ] as const)
      assert.equal(await hasToken(account, wish), expected, `account ${account}, the pod says ${wish}`)
  })

  test('[sig-auth] ServiceAccounts should mount projected service account token [Conformance]', async () => {
    const pods = await podsOf(stage, 'projected')
    const containers = [shell('cat /tokens/token', tokenMount)]
    assert.match(await pods.output('reader', { ...tokenVolume({ path: 'token', expirationSeconds: 3_600 }), containers }), JWT)
  })

  test('[sig-auth] ServiceAccounts ServiceAccountIssuerDiscovery should support OIDC discovery of service account issuer [Conformance]', async () => {
    const pods = await podsOf(stage, 'discovery')
    const role = 'system:service-account-issuer-discovery'
    await stage.resource(ClusterRoleBinding).create({
      metadata: { name: `${pods.namespace}-${role}` },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: pods.namespace }],
      roleRef: { kind: 'ClusterRole', apiGroup: 'rbac.authorization.k8s.io', name: role },
    })
    const audience = 'oidc-discovery-test'
    const verifier = { name: 'verify', image: 'knarr.test/node:1', args: ['/verify-token.mjs', '/tokens/token', audience], ...tokenMount }
    const said = await pods.output('verifier', {
      ...tokenVolume({ path: 'token', expirationSeconds: 600, audience }),
      containers: [verifier],
    })
    assert.equal(said, `verified system:serviceaccount:${pods.namespace}:default\n`)
  })
})
