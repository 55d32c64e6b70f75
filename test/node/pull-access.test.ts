/** Images that are on the node already: only who could pull them uses them; and credentials that a provider gives for a pod's account. With a real registry. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Secret } from '#kinds/core/secret.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { startTestCluster, type TestCluster } from '#test/support/cluster.ts'
import { NodeCluster, shell } from './cluster.ts'
import { basic, PASSWORD, push, type Registry, startRegistry, trust, USER } from './registry.ts'

let registry: Registry
let api: TestCluster
let cluster: NodeCluster
before(async () => {
  registry = await startRegistry()
  api = await startTestCluster()
  cluster = await NodeCluster.join(api, { images: ['busybox'] })
  trust(cluster, registry.host, registry)
  for (const name of ['secret', 'account']) await push(cluster, `${registry.host}/team/${name}:1`)
  await eventually(() => cluster.client.get(ServiceAccount, { namespace: 'default', name: 'default' }))
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  registry[Symbol.dispose]()
})

const create = (name: string, image: string, { policy = 'IfNotPresent', ...spec }: { policy?: string; [field: string]: unknown } = {}) =>
  cluster.create(name, { restartPolicy: 'Never', ...shell('true', { image, imagePullPolicy: policy }), ...spec })
const succeeds = (name: string) => cluster.until(name, pod => pod?.status.phase === 'Succeeded')
async function waits(name: string, reason: string): Promise<string> {
  const pod = await cluster.until(name, seen => seen?.status.containerStatuses?.[0]?.state.waiting?.reason === reason)
  return pod?.status.containerStatuses?.[0]?.state.waiting?.message ?? ''
}
const pullSecret = (name: string, password: string) =>
  cluster.client.create(Secret, {
    metadata: { name, namespace: 'default' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { [registry.host]: basic(USER, password) } })).toString('base64') },
  })
const pulls = async (name: string) => {
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })
  return items.filter(({ reason }) => reason === 'Pulling').length
}

test('an image that was pulled with a secret is there for who has that secret or its password, and for nobody else', async () => {
  const image = `${registry.host}/team/secret:1`
  for (const [name, password] of [
    ['right', PASSWORD],
    ['right-too', PASSWORD],
    ['wrong', 'wrong'],
  ] as const)
    await pullSecret(name, password)
  const having = (name: string) => ({ imagePullSecrets: [{ name }] })
  await create('first', image, having('right'))
  await succeeds('first')

  await create('same-secret', image, having('right'))
  await create('same-password', image, having('right-too'))
  for (const name of ['same-secret', 'same-password']) {
    await succeeds(name)
    assert.equal(await pulls(name), 0, `${name} pulled`)
  }
  await create('nobody', image)
  await create('wrong', image, having('wrong'))
  for (const name of ['nobody', 'wrong']) assert.match(await waits(name, 'ErrImagePull'), /authorization failed|401/)
  await create('never', image, { policy: 'Never' })
  assert.equal(await waits('never', 'ErrImageNeverPull'), `Container image "${image}" is not present with pull policy of Never`)
  await create('put-there', 'busybox', { policy: 'Never' })
  await succeeds('put-there')

  await cluster.restartKubelet()
  await create('still-nobody', image, { policy: 'Never' })
  assert.match(await waits('still-nobody', 'ErrImageNeverPull'), /is not present/)
  await create('still-same', image, { policy: 'Never', ...having('right') })
  await succeeds('still-same')
  await cluster.restartKubelet({ settings: { pullVerification: { policy: 'NeverVerify', allowed: [] } } })
  await create('anybody', image, { policy: 'Never' })
  await succeeds('anybody')
  await cluster.restartKubelet()
})

test('a provider is told of the account of the pod, by its token and its annotations; what it gave is for that account', async () => {
  const image = `${registry.host}/team/account:1`
  const kubelet = join(cluster.folder, 'kubelet')
  const asked = join(registry.folder, 'asked')
  mkdirSync(join(kubelet, 'credential-providers'))
  const auth = { [registry.host]: { username: USER, password: PASSWORD } }
  const answer = { kind: 'CredentialProviderResponse', apiVersion: 'credentialprovider.kubelet.k8s.io/v1', cacheKeyType: 'Image', auth }
  const program = join(kubelet, 'credential-providers/vouches')
  writeFileSync(program, `#!/bin/sh\n(cat; echo) >> ${asked}\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`)
  chmodSync(program, 0o755)
  const tokenAttributes = {
    serviceAccountTokenAudience: 'registry.test',
    cacheType: 'ServiceAccount',
    requireServiceAccount: true,
    requiredServiceAccountAnnotationKeys: ['registry.test/role'],
  }
  const provider = {
    name: 'vouches',
    apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
    matchImages: [registry.host],
    defaultCacheDuration: '1h',
    tokenAttributes,
  }
  writeFileSync(join(kubelet, 'credential-providers.yaml'), JSON.stringify({ kind: 'CredentialProviderConfig', providers: [provider] }))
  for (const [name, annotations] of [
    ['reader', { 'registry.test/role': 'reader', other: 'x' }],
    ['stranger', {}],
  ] as const)
    await cluster.client.create(ServiceAccount, { metadata: { name, namespace: 'default', annotations } })

  for (const name of ['reads', 'reads-again']) {
    await create(name, image, { serviceAccountName: 'reader', policy: 'Always' })
    await succeeds(name)
  }
  const requests = readFileSync(asked, 'utf8').trim().split('\n')
  assert.equal(requests.length, 1, 'its answer holds for an hour')
  const { serviceAccountToken, ...request } = JSON.parse(requests[0] ?? '') as { serviceAccountToken: string }
  assert.deepEqual(request, {
    kind: 'CredentialProviderRequest',
    apiVersion: provider.apiVersion,
    image,
    serviceAccountAnnotations: { 'registry.test/role': 'reader' },
  })
  const claims = JSON.parse(Buffer.from(serviceAccountToken.split('.')[1] ?? '', 'base64url').toString()) as { aud: string[]; sub: string }
  assert.deepEqual([claims.aud, claims.sub], [['registry.test'], 'system:serviceaccount:default:reader'])

  await create('strange', image, { serviceAccountName: 'stranger' })
  assert.match(await waits('strange', 'ErrImagePull'), /authorization failed|401/)
  await create('reads-what-is-there', image, { serviceAccountName: 'reader', policy: 'Never' })
  await succeeds('reads-what-is-there')
})
