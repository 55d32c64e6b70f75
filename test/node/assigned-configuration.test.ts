/** A node that is set by a ConfigMap, with a pod that runs on all the while. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { NodeConfigStatus } from '#kinds/core/node-status.ts'
import { Node } from '#kinds/core/node.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { shell, WAITS } from './cluster.ts'

let cluster: NodeCluster
let name: string
before(async () => {
  cluster = await startNodeCluster(['busybox'])
  name = (await cluster.client.list(Node)).items[0]?.metadata.name ?? assert.fail('there is no node')
})
after(() => cluster?.[Symbol.asyncDispose]())

const configuration = (lines: string) => `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${lines}\n`
const assign = (configMap: object | null) =>
  cluster.ok(['patch', 'node', name, '-p', JSON.stringify({ spec: { configSource: configMap && { configMap } } })])
const source = { namespace: 'kube-system', name: 'node-config', kubeletConfigKey: 'kubelet' }
async function write(text: string): Promise<void> {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: source.namespace, name: source.name },
    data: { kubelet: text },
  }
  await cluster.ok(['apply', '-f', '-'], { input: JSON.stringify(object) })
}
const config = async (): Promise<NodeConfigStatus | undefined> => (await cluster.client.get(Node, { name })).status.config
const podsMax = async () => (await cluster.client.get(Node, { name })).status.allocatable?.['pods']
const until = (check: () => Promise<void>) => eventually(check, { timeoutMs: 60_000 })

test('a node takes over the ConfigMap that it is assigned, follows it, and says what is wrong with it', async () => {
  const namespace = await cluster.namespace('runs-on')
  const spec = shell(WAITS)
  await cluster.ok(['create', '-n', namespace, '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'steady' }, spec }),
  })
  const isReady = (pod: Parameters<Parameters<NodeCluster['until']>[2]>[0]) => pod?.status.containerStatuses?.[0]?.ready
  const first = await cluster.until(namespace, 'steady', isReady)
  assert.equal(await podsMax(), '110')

  await assign(source)
  await until(async () => assert.equal((await config())?.error, 'failed to download config: configmap "kube-system/node-config" not found'))
  await write(configuration('maxPods: 42'))
  await until(async () => assert.equal(await podsMax(), '42'))
  await until(async () => {
    const { assigned, active, lastKnownGood, error } = (await config()) ?? {}
    assert.deepEqual([assigned?.configMap?.name, active, lastKnownGood, error], ['node-config', assigned, undefined, undefined])
    assert.ok(assigned?.configMap?.uid && assigned.configMap.resourceVersion)
  })

  const shown = await cluster.ok(['get', '--raw', `/api/v1/nodes/${name}/proxy/configz`])
  assert.equal((JSON.parse(shown) as { kubeletconfig: { maxPods: number } }).kubeletconfig.maxPods, 42)

  await write(configuration('maxPods: 43'))
  await until(async () => assert.equal(await podsMax(), '43'))

  // None has proved itself for long enough, so the node falls back on its own.
  await write(configuration('maxPods: many'))
  await until(async () => {
    assert.equal(await podsMax(), '110')
    const { assigned, active, error } = (await config()) ?? {}
    assert.deepEqual([assigned?.configMap?.name, active], ['node-config', undefined])
    assert.match(error ?? '', /^failed to validate config: maxPods: "many" is no whole number/)
  })

  await write(configuration('maxPods: 44'))
  await until(async () => assert.equal(await podsMax(), '44'))
  await assign(null)
  await until(async () => assert.deepEqual([await podsMax(), await config()], ['110', undefined]))

  const last = await cluster.until(namespace, 'steady', isReady)
  const statusOf = (pod: typeof first) => pod?.status.containerStatuses?.map(({ containerID, restartCount }) => [containerID, restartCount])
  assert.deepEqual(statusOf(last), statusOf(first))
  assert.equal(await cluster.ok(['exec', '-n', namespace, 'steady', '--', 'echo', 'still here']), 'still here\n')
})
