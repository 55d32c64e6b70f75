/** Images from a real registry, behind TLS and passwords: who may pull, with which credentials, by which way; and when images go again. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { Event } from '#kinds/core/event.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Secret } from '#kinds/core/secret.ts'
import { eventually } from '../conformance/support/eventually.ts'
import { NodeCluster, shell } from './cluster.ts'
import { basic, ctr, PASSWORD, push, type Registry, startRegistry, trust, USER } from './registry.ts'

let registry: Registry
let folder: string
let host: string
let cluster: NodeCluster
let digest: string

before(async () => {
  registry = await startRegistry()
  ;({ folder, host } = registry)
  cluster = await NodeCluster.start(['busybox'])
  for (const name of [host, 'registry.example.test']) trust(cluster, name, registry)
  for (const name of ['secret', 'node', 'plugin', 'mirror', 'digest']) await push(cluster, `${host}/team/${name}:1`)
  digest = /sha256:[0-9a-f]{64}/.exec(await ctr(cluster, 'list', 'name==docker.io/library/busybox:latest'))?.[0] ?? ''
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  registry[Symbol.dispose]()
})

const create = (name: string, image: string, more: object = {}) =>
  cluster.create(name, { restartPolicy: 'Never', ...shell('true', { image }), ...more })
const succeeds = (name: string) => cluster.until(name, pod => pod?.status.phase === 'Succeeded', 60_000)
const waits = async (name: string, reason: string) => {
  const pod = await cluster.until(name, seen => seen?.status.containerStatuses?.[0]?.state.waiting?.reason === reason, 60_000)
  return pod?.status.containerStatuses?.[0]?.state.waiting?.message ?? ''
}
const pullSecret = (name: string, auths: object) =>
  cluster.client.create(Secret, {
    metadata: { name, namespace: 'default' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  })
const events = async (name: string) => {
  await cluster.kubelet.context.recorder.flush()
  return (await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })).items
}

test('who has no password gets no image, and is told why', async () => {
  const image = `${host}/team/secret:1`
  await create('nobody', image)
  const refusal = await waits('nobody', 'ErrImagePull')
  assert.match(
    refusal,
    new RegExp(`^rpc error: code = \\w+ desc = failed to pull and unpack image "${image}": .*(authorization failed|401)`),
  )
  assert.equal(await waits('nobody', 'ImagePullBackOff'), `Back-off pulling image "${image}": ErrImagePull: ${refusal}`)
  const told = (await events('nobody')).map(({ type, reason, message }) => `${type} ${reason} ${message}`)
  for (const line of [
    `Normal Pulling Pulling image "${image}"`,
    `Warning Failed Failed to pull image "${image}": ${refusal}`,
    'Warning Failed Error: ErrImagePull',
    `Normal BackOff Back-off pulling image "${image}"`,
    'Warning Failed Error: ImagePullBackOff',
  ])
    assert(told.includes(line), `${line} is not among:\n${told.join('\n')}`)
})

test("a pod's pull secrets are tried one after the other", async () => {
  await pullSecret('wrong', { [`${host}/team`]: basic(USER, 'wrong') })
  await pullSecret('right', { [`https://${host}`]: basic(USER, PASSWORD) })
  const image = `${host}/team/secret:1`
  await create('only-wrong', image, { imagePullSecrets: [{ name: 'wrong' }] })
  assert.match(await waits('only-wrong', 'ErrImagePull'), /rpc error/)
  await create('both', image, { imagePullSecrets: [{ name: 'wrong' }, { name: 'right' }] })
  await succeeds('both')
  const pulled = (await events('both')).find(({ reason }) => reason === 'Pulled')
  assert.match(
    pulled?.message ?? '',
    /^Successfully pulled image ".*" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes\.$/,
  )
})

test('a mirror answers for the registry that it mirrors, and a digest names one image for ever', async () => {
  const auths = { 'registry.example.test': basic(USER, PASSWORD), [host]: basic(USER, PASSWORD) }
  await pullSecret('mirror', auths)
  const imagePullSecrets = [{ name: 'mirror' }]
  await create('mirrored', 'registry.example.test/team/mirror:1', { imagePullSecrets })
  await create('by-digest', `${host}/team/digest@${digest}`, { imagePullSecrets })
  await Promise.all([succeeds('mirrored'), succeeds('by-digest')])
  assert.equal((await cluster.get('by-digest')).status.containerStatuses?.[0]?.imageID.endsWith(digest), true)
})

test('the node has credentials of its own, from its configuration and from providers', async () => {
  const kubelet = join(cluster.folder, 'kubelet')
  writeFileSync(join(kubelet, 'config.json'), JSON.stringify({ auths: { [`${host}/team/node`]: basic(USER, PASSWORD) } }))
  await create('of-the-node', `${host}/team/node:1`)
  await succeeds('of-the-node')
  const asked = join(folder, 'asked')
  mkdirSync(join(kubelet, 'credential-providers'))
  const program = join(kubelet, 'credential-providers/test-provider')
  const answer = {
    kind: 'CredentialProviderResponse',
    apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
    cacheKeyType: 'Image',
    auth: { [host]: { username: USER, password: PASSWORD } },
  }
  writeFileSync(program, `#!/bin/sh\n(cat; echo " $1 $MOOD") >> ${asked}\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`)
  chmodSync(program, 0o755)
  const provider = {
    name: 'test-provider',
    apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
    matchImages: [`${host}/team/plugin`],
    defaultCacheDuration: '1h',
    args: ['get'],
    env: [{ name: 'MOOD', value: 'calm' }],
  }
  writeFileSync(join(kubelet, 'credential-providers.yaml'), JSON.stringify({ kind: 'CredentialProviderConfig', providers: [provider] }))
  for (const name of ['of-a-provider', 'once-more']) {
    await create(name, `${host}/team/plugin:1`, shell('true', { image: `${host}/team/plugin:1`, imagePullPolicy: 'Always' }))
    await succeeds(name)
  }
  const request = { kind: 'CredentialProviderRequest', apiVersion: provider.apiVersion, image: `${host}/team/plugin:1` }
  assert.equal(await run(['cat', asked]), `${JSON.stringify(request)} get calm\n`, 'asked once: the answer holds for an hour')
})

test('images go when the disk is full, but not those in use; when that does not help, the node says so', async () => {
  for (const { metadata } of (await cluster.client.list(Pod, { namespace: 'default' })).items)
    await cluster.client.delete(Pod, { namespace: 'default', name: metadata.name ?? '' }, { gracePeriodSeconds: 0 })
  await cluster.restartKubelet({ settings: { images: { highPercent: 1, lowPercent: 0, ageMinMs: 0, unusedMaxMs: 0 } } })
  await ctr(cluster, 'tag', 'docker.io/library/busybox:latest', 'docker.io/library/kept:1')
  const { collector, context } = cluster.kubelet
  const names = async () => (await context.runtime.listImages({})).images.flatMap(({ repoTags }) => repoTags)
  await cluster.create('uses', shell('sleep 1000'))
  await cluster.until('uses', pod => pod?.status.phase === 'Running', 60_000)
  await collector.collect()
  assert((await names()).includes('docker.io/library/busybox:latest'), 'in use')
  await cluster.client.delete(Pod, { namespace: 'default', name: 'uses' }, { gracePeriodSeconds: 0 })
  await eventually(async () => {
    await collector.collect()
    assert.deepEqual(await names(), ['localhost/knarr/pause:1'])
  })
  await context.recorder.flush()
  const { items } = await cluster.client.list(Event, { fieldSelector: 'involvedObject.kind=Node' })
  const failed = items.filter(({ type }) => type === 'Warning')
  const message =
    /^Failed to garbage collect required amount of images\. Attempted to free \d+ bytes, but only found \d+ bytes eligible to free\.$/
  for (const reason of ['FreeDiskSpaceFailed', 'ImageGCFailed'])
    assert.match(failed.find(event => event.reason === reason)?.message ?? '', message)
})
