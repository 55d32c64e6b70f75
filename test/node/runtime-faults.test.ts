/** What goes on when the parts that the node relies on fail: a container runtime that hangs, a network that does not come up, images that are not what they should be. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { NODE, NodeCluster, shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
before(async () => {
  cluster = await NodeCluster.start(['busybox'])
})
after(() => cluster?.[Symbol.asyncDispose]())

const readiness = async () => {
  const { status } = await cluster.client.get(Node, { name: NODE })
  return status.conditions?.find(({ type }) => type === 'Ready')
}
const untilNode = (status: string) => eventually(async () => assert.equal((await readiness())?.status, status))
const remove = (name: string) => cluster.client.delete(Pod, { namespace: 'default', name })
const first = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]
async function messages(name: string, reason: string): Promise<readonly string[]> {
  await cluster.kubelet.context.recorder.flush()
  const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: `involvedObject.name=${name}` })
  return items.filter(event => event.reason === reason).map(({ message = '' }) => message)
}
/** What the runtime has of a pod, and the addresses that are taken. */
async function traces({ metadata }: Pod): Promise<number> {
  const labelSelector = { 'io.kubernetes.pod.uid': metadata.uid ?? '' }
  const { runtime } = cluster.kubelet.context
  return (await runtime.listPodSandbox({ filter: { labelSelector } })).items.length
}

test('a container runtime that takes calls and never answers: the node says that it is down, pods wait, and all goes on when it answers', async () => {
  await cluster.create('stays', shell(WAITS))
  const before = await cluster.until('stays', pod => pod && isReady(pod))
  await cluster.create('goes', shell(WAITS))
  await cluster.until('goes', pod => pod && isReady(pod))
  process.kill(cluster.daemon.pid, 'SIGSTOP')
  try {
    await untilNode('False')
    const ready = await readiness()
    assert.deepEqual([ready?.reason, ready?.message], ['KubeletNotReady', 'container runtime is down'])
    await cluster.create('waits', shell(WAITS))
    await remove('goes')
    // It is told what it is, and not lost.
    await cluster.until('waits', pod => pod?.status.phase === 'Pending' && first(pod)?.state.waiting?.reason === 'ContainerCreating')
    assert.equal((await cluster.get('goes')).metadata.deletionGracePeriodSeconds, 1)
  } finally {
    process.kill(cluster.daemon.pid, 'SIGCONT')
  }
  await untilNode('True')
  await cluster.until('waits', pod => pod && isReady(pod))
  await cluster.until('goes', pod => pod === undefined)
  assert.equal(first(await cluster.get('stays'))?.containerID, first(before)?.containerID)
  assert.equal(first(await cluster.get('stays'))?.restartCount, 0)
})

test('a network that does not come up: the pod says which plugin is missing, nothing piles up, and it starts when the network does', async () => {
  const file = join(cluster.folder, 'containerd/cni/10-knarr.conflist')
  const good = readFileSync(file, 'utf8')
  // The runtime reads it as soon as it is whole.
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  write(good.replace('"ptp"', '"no-such-plugin"'))
  const pod = await eventually(async () => {
    await cluster.create('unconnected', shell(WAITS))
    return cluster.get('unconnected')
  })
  await eventually(async () => {
    const told = await messages('unconnected', 'FailedCreatePodSandBox')
    assert.match(
      told.join('\n'),
      /^Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox ".*": plugin type="no-such-plugin".* failed \(add\): failed to find plugin "no-such-plugin" in path/m,
    )
  })
  assert.equal((await cluster.get('unconnected')).status.phase, 'Pending')
  assert.equal((await readiness())?.status, 'True')
  assert.ok((await traces(pod)) <= 1)
  write(good)
  await cluster.until('unconnected', one => one && isReady(one))
  assert.equal(await traces(pod), 1)
})

/** A registry with one image of one layer, whose bytes are not those that the manifest promises, or are no archive at all. */
async function registryOf(layer: Buffer, promised: Buffer) {
  const digest = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digest(promised)] },
    }),
  )
  const described = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digest(bytes) })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: described('application/vnd.oci.image.config.v1+json', config),
      layers: [described('application/vnd.oci.image.layer.v1.tar+gzip', promised)],
    }),
  )
  const server = createServer(({ url = '', method }, answer) => {
    const send = (type: string, bytes: Buffer) =>
      answer.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(method === 'HEAD' ? undefined : bytes)
    if (url.includes('/manifests/')) {
      answer.setHeader('docker-content-digest', digest(manifest))
      send('application/vnd.oci.image.manifest.v1+json', manifest)
    } else if (url.endsWith(digest(config))) send('application/octet-stream', config)
    else if (url.endsWith(digest(promised))) send('application/octet-stream', layer)
    else answer.writeHead(url === '/v2/' ? 200 : 404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { image: (name: string) => `127.0.0.1:${(server.address() as AddressInfo).port}/${name}:1`, close: () => server.close() }
}

const GOOD = gzipSync(Buffer.alloc(10_240))
const broken: readonly [rule: string, name: string, layer: Buffer, promised: Buffer, message: RegExp][] = [
  [
    'an image whose content is not what its digest says',
    'altered',
    Buffer.from(GOOD.map((byte, i) => (i === GOOD.length - 1 ? byte ^ 1 : byte))),
    GOOD,
    /failed commit on ref "layer-sha256:\w+": unexpected commit digest sha256:\w+, expected sha256:\w+/,
  ],
  [
    'an image whose layer is no archive',
    'garbage',
    Buffer.alloc(4_096, 'x'),
    Buffer.alloc(4_096, 'x'),
    /failed to extract layer|failed to prepare|unpack/,
  ],
]
for (const [rule, name, layer, promised, message] of broken)
  test(`${rule} is not used: the pod says so, and the image is not there`, async () => {
    const registry = await registryOf(layer, promised)
    try {
      const image = registry.image(name)
      await cluster.create(name, shell(WAITS, { image, imagePullPolicy: 'Always' }))
      const pod = await cluster.until(name, one => first(one)?.state.waiting?.reason === 'ErrImagePull')
      assert.match(first(pod)?.state.waiting?.message ?? '', message)
      await cluster.until(name, one => first(one)?.state.waiting?.reason === 'ImagePullBackOff')
      assert.match((await messages(name, 'Failed')).join('\n'), message)
      const { images } = await cluster.kubelet.context.runtime.listImages({})
      assert.ok(!images.some(({ repoTags }) => repoTags.includes(image)))
      assert.equal((await readiness())?.status, 'True')
    } finally {
      registry.close()
    }
  })
