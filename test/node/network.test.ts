/** The pod network: who reaches whom, and under which address. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '#base/processes.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { cniConfigFolder } from '#kubelet/machine/names.ts'
import { HALF_CLOSED } from '#kubelet/machine/network.ts'
import { uplinkMtu } from '#kubelet/machine/uplink.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { ask, askInVain, client, type Question, server } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { makeOutside } from '#test/support/outside.ts'

const NAMESPACE = 'network'
let cluster: NodeCluster
let pods: Readonly<Record<'one' | 'two', string>>

const addressOf = async (name: string): Promise<string> =>
  (await cluster.until(NAMESPACE, name, pod => pod && isReady(pod)))?.status.podIP ?? ''
const dial = async (pod: string, question: Question): Promise<string> =>
  (await ask(cluster, { namespace: NAMESPACE, pod }, question)).join()

before(async () => {
  cluster = await startNodeCluster(['agnhost'])
  await cluster.namespace(NAMESPACE)
  for (const pod of [server({ name: 'one' }), server({ name: 'two' }), client('host', { hostNetwork: true })])
    await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } })
  pods = { one: await addressOf('one'), two: await addressOf('two') }
  await addressOf('host')
})
after(() => cluster?.[Symbol.asyncDispose]())

test('a pod reaches another one and is seen under its own address', async () => {
  assert.equal(await dial('one', { to: `${pods.two}:8080` }), 'two')
  assert.equal(await dial('one', { protocol: 'udp', to: `${pods.two}:8081` }), 'two')
  assert.match(await dial('one', { to: `${pods.two}:8080`, request: 'clientip' }), new RegExp(`^${pods.one}:`))
})

test('a pod reaches itself', async () => {
  assert.equal(await dial('one', { to: `${pods.one}:8080` }), 'one')
})

test('the node and pods on its network reach pods', async () => {
  assert.equal(await dial('host', { to: `${pods.one}:8080` }), 'one')
  assert.equal(await dial('host', { protocol: 'udp', to: `${pods.one}:8081` }), 'one')
})

test('connections of which one end has said all are remembered for an hour', () => {
  assert(Number(readFileSync(HALF_CLOSED.file, 'utf8')) >= 3_600)
})

test('a pod reaches the node', async () => {
  const { items } = await cluster.client.list(Node)
  const address = items[0]?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
  const { port } = new URL(cluster.server)
  // The API server speaks TLS: that it answers at all is what is asked for.
  assert.match(
    await askInVain(cluster, { namespace: NAMESPACE, pod: 'one' }, { to: `${address}:${port}` }),
    /ended the connection|answered 400/,
  )
})

test('the world outside sees a pod as the node, and reaches it where it has a route', async () => {
  await using outside = await makeOutside()
  await outside.serve('--http-port=80')
  assert.match(await dial('one', { to: `${outside.address}:80`, request: 'clientip' }), new RegExp(`^${outside.here}:`))
  assert.equal(await outside.dial('http', `${pods.one}:8080`, 'hostname'), 'one')
})

const mtuOf = async (pod: string): Promise<number> =>
  Number(await cluster.ok(['exec', '-n', NAMESPACE, pod, '--', 'cat', '/sys/class/net/eth0/mtu']))

test('packets of pods are no longer than the machine can send on', async () => {
  assert.equal(await mtuOf('one'), await uplinkMtu())
})

test('a configuration of CNI that the user drops in takes the place of ours for pods that come later', async () => {
  const file = join(cniConfigFolder(cluster.folder.root), '05-own.conflist')
  const ipam = {
    type: 'host-local',
    dataDir: join(cluster.folder.runtime, 'own-ipam'),
    ranges: [[{ subnet: '198.51.100.0/28' }]],
    routes: [{ dst: '0.0.0.0/0' }],
  }
  writeFileSync(file, JSON.stringify({ cniVersion: '0.4.0', name: 'own', plugins: [{ type: 'ptp', mtu: 1_290, ipam }] }))
  let number = 0
  // The runtime hears of the file a moment later.
  const name = await eventually(async () => {
    const name = `theirs-${number++}`
    const pod = server({ name })
    await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } })
    assert.match(await addressOf(name), /^198\.51\.100\./)
    return name
  })
  assert.equal(await mtuOf(name), 1_290)
  assert.equal(await dial('host', { to: `${await addressOf(name)}:8080` }), name)
  for (let i = 0; i < number; i++) {
    await cluster.ok(['delete', 'pod', '-n', NAMESPACE, `theirs-${i}`, '--now'])
    await cluster.until(NAMESPACE, `theirs-${i}`, pod => !pod)
  }
  rmSync(file)
})

test('the route to a pod goes with it', async () => {
  const routes = async () =>
    (await run(['ip', '-4', '-oneline', 'route', 'show'])).split('\n').filter(line => line.startsWith(`${pods.two} `))
  assert.equal((await routes()).length, 1)
  await cluster.ok(['delete', 'pod', '--namespace', NAMESPACE, 'two', '--now'])
  await cluster.until(NAMESPACE, 'two', pod => !pod)
  assert.deepEqual(await routes(), [])
})
