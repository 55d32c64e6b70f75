/** Static pods on real containers: manifests in the node's folder, and the mirror pods by which the API shows them. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

let cluster: NodeCluster
let node: Node
before(async () => {
  cluster = await startNodeCluster(['busybox'])
  node = (await cluster.client.list(Node)).items[0] as Node
})
after(() => cluster?.[Symbol.asyncDispose]())

const HASH = 'kubernetes.io/config.hash'
const path = (file: string) => join(cluster.folder.node, 'manifests', file)
const write = (file: string, name: string, more: object = {}) => writeFileSync(path(file), manifest(name, more))
const manifest = (name: string, more: object = {}, namespace = 'default') =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'c',
          image: 'busybox',
          imagePullPolicy: 'Never',
          command: ['sh', '-c', 'echo here; trap "exit 0" TERM; sleep 1000 & wait'],
        },
      ],
      ...more,
    },
  })
/** The name in the API of the pod that a manifest calls `name`. */
const mirror = (name: string) => `${name}-${node.metadata.name}`
const isReady = (pod: Pod | undefined) => pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
const until = (name: string, holds: (pod: Pod | undefined) => unknown) => cluster.until('default', mirror(name), holds)
const started = async (name: string): Promise<Pod> => (await until(name, isReady)) as Pod
const containerOf = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]?.containerID

describe('static pods', { concurrency: 4 }, () => {
  test('a manifest becomes a running pod, which its mirror shows', async () => {
    write('shown.json', 'shown')
    const { metadata, spec, status } = await started('shown')
    const { name, uid } = node.metadata
    assert.deepEqual(metadata.ownerReferences, [{ apiVersion: 'v1', kind: 'Node', name, uid, controller: true }])
    const { [HASH]: hash, 'kubernetes.io/config.seen': seen = '', ...annotations } = metadata.annotations ?? {}
    assert.match(hash ?? '', /^[0-9a-f]{32}$/)
    assert(Date.parse(seen))
    assert.deepEqual(annotations, { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.mirror': hash })
    assert.equal(spec.nodeName, name)
    assert.equal(status.phase, 'Running')
    assert.match(status.podIP ?? '', /^10\./)
    await eventually(async () => assert.equal(await cluster.ok(['logs', mirror('shown')]), 'here\n'))
    assert.equal(await cluster.ok(['exec', mirror('shown'), '--', 'hostname']), `${mirror('shown')}\n`)
    await eventually(async () =>
      assert.match(await cluster.ok(['describe', 'pod', mirror('shown')]), /Controlled By: +Node\/[^]*Started +.*kubelet/),
    )
  })

  for (const [how, options] of [
    ['gracefully', {}],
    ['forcibly', { gracePeriodSeconds: 0 }],
  ] as const)
    test(`a mirror that is deleted ${how} comes back, and its containers stay`, async () => {
      write(`${how}.yaml`, how)
      const first = await started(how)
      await cluster.client.delete(Pod, { namespace: 'default', name: mirror(how) }, options)
      const second = await until(how, pod => pod && pod.metadata.uid !== first.metadata.uid && isReady(pod))
      assert.equal(containerOf(second), containerOf(first))
      assert.equal(second?.status.containerStatuses?.[0]?.restartCount, 0)
      assert.equal(second?.metadata.annotations?.[HASH], first.metadata.annotations?.[HASH])
    })

  test('a manifest that changes restarts the pod; one that cannot be read leaves it', async () => {
    write('changed.yaml', 'changed')
    const first = await started('changed')
    writeFileSync(path('changed.yaml'), 'kind: [')
    await complaint('changed.yaml', /error converting YAML to JSON/)
    write('changed.yaml', 'changed', { hostNetwork: true })
    const second = await until('changed', pod => pod?.spec.hostNetwork && isReady(pod))
    assert.notEqual(second?.metadata.annotations?.[HASH], first.metadata.annotations?.[HASH])
    assert.notEqual(containerOf(second), containerOf(first))
  })

  test('without its manifest the pod ends, and its mirror goes; with it, both are back', async () => {
    const text = manifest('removed')
    writeFileSync(path('removed.yaml'), text)
    const first = await started('removed')
    rmSync(path('removed.yaml'))
    await until('removed', pod => pod === undefined)
    writeFileSync(path('removed.yaml'), text)
    const second = await started('removed')
    assert.equal(second.metadata.annotations?.[HASH], first.metadata.annotations?.[HASH])
    assert.notEqual(containerOf(second), containerOf(first))
  })

  test('a pod whose manifest is back while it ends starts again', async () => {
    const text = manifest('returns')
    writeFileSync(path('returns.yaml'), text)
    const first = await started('returns')
    rmSync(path('returns.yaml'))
    await until('returns', pod => !pod?.status.containerStatuses?.[0]?.state.running)
    writeFileSync(path('returns.yaml'), text)
    const second = await until('returns', pod => pod && pod.metadata.uid !== first.metadata.uid && isReady(pod))
    assert.notEqual(containerOf(second), containerOf(first))
  })

  test('manifests that give no pod are told in events of the node, and the others run', async () => {
    writeFileSync(path('bad-several.yaml'), `${manifest('one')}\n---\n${manifest('two')}\n`)
    writeFileSync(path('bad-kind.yaml'), '{"apiVersion":"v1","kind":"Secret"}')
    write('good.yaml', 'good', { containers: [{ name: 'c', image: 'busybox', imagePullPolicy: 'Never', command: ['sleep', '1000'] }] })
    await complaint('bad-several.yaml', /holds 2 documents/)
    await complaint('bad-kind.yaml', /only v1 Pods can be static/)
    await started('good')
    write('late.yaml', 'good')
    await complaint('late.yaml', /the file "good.yaml" has a pod of that name/)
  })

  test('a pod of a namespace that is yet to come runs, and is shown once that is there', async () => {
    writeFileSync(path('early.yaml'), manifest('early', {}, 'yet-to-come'))
    await cluster.namespace('yet-to-come')
    await cluster.until('yet-to-come', mirror('early'), isReady)
  })
})

const complaint = (file: string, message: RegExp) =>
  eventually(async () => {
    const { items } = await cluster.client.list(Event, { namespace: 'default', fieldSelector: 'involvedObject.kind=Node' })
    const about = items.filter(event => event.message?.includes(`from ${file}:`))
    assert(
      about.some(event => event.reason === 'FailedValidation' && message.test(event.message ?? '')),
      JSON.stringify(about),
    )
  })
