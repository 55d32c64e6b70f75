/** The pod network: who reaches whom, and under which address. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
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
after(() => cluster[Symbol.asyncDispose]())

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

test('the route to a pod goes with it', async () => {
  const routes = async () =>
    (await run(['ip', '-4', '-oneline', 'route', 'show'])).split('\n').filter(line => line.startsWith(`${pods.two} `))
  assert.equal((await routes()).length, 1)
  await cluster.ok(['delete', 'pod', '--namespace', NAMESPACE, 'two', '--now'])
  await cluster.until(NAMESPACE, 'two', pod => !pod)
  assert.deepEqual(await routes(), [])
})
