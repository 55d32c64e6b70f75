/** The pod network: who reaches whom, and under which address. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { run } from '#base/processes.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { makeOutside } from '#test/support/outside.ts'

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.59'
const DIAL = ['perl', '/agnhost.pl', 'dial']
const NAMESPACE = 'network'
let cluster: NodeCluster
let pods: Readonly<Record<'one' | 'two' | 'host', string>>

const serving = (name: string, spec: object = {}) => ({
  metadata: { name, namespace: NAMESPACE },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'c',
        image: IMAGE,
        imagePullPolicy: 'IfNotPresent',
        args: ['netexec'],
        readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
      },
    ],
    ...spec,
  },
})
const addressOf = async (name: string): Promise<string> =>
  (await cluster.until(NAMESPACE, name, pod => pod && isReady(pod)))?.status.podIP ?? ''
const dial = async (pod: string, ...words: readonly string[]): Promise<string> =>
  (await cluster.ok(['exec', '--namespace', NAMESPACE, pod, '--', ...DIAL, ...words])).trim()

before(async () => {
  cluster = await startNodeCluster(['agnhost'])
  await cluster.namespace(NAMESPACE)
  const onHost = { hostNetwork: true, containers: [{ name: 'c', image: IMAGE, imagePullPolicy: 'IfNotPresent', args: ['pause'] }] }
  for (const pod of [serving('one'), serving('two'), serving('host', onHost)])
    await cluster.client.create(Pod, pod as unknown as Partial<Pod>)
  pods = { one: await addressOf('one'), two: await addressOf('two'), host: await addressOf('host') }
})
after(() => cluster[Symbol.asyncDispose]())

test('a pod reaches another one and is seen under its own address', async () => {
  assert.equal(await dial('one', 'http', `${pods.two}:8080`, 'hostname'), 'two')
  assert.equal(await dial('one', 'udp', `${pods.two}:8081`, 'hostname'), 'two')
  assert.match(await dial('one', 'http', `${pods.two}:8080`, 'clientip'), new RegExp(`^${pods.one}:`))
})

test('a pod reaches itself', async () => {
  assert.equal(await dial('one', 'http', `${pods.one}:8080`, 'hostname'), 'one')
})

test('the node and pods on its network reach pods', async () => {
  assert.equal(await dial('host', 'http', `${pods.one}:8080`, 'hostname'), 'one')
  assert.equal(await dial('host', 'udp', `${pods.one}:8081`, 'hostname'), 'one')
})

test('a pod reaches the node', async () => {
  const { items } = await cluster.client.list(Node)
  const address = items[0]?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
  const { port } = new URL(cluster.server)
  // The API server speaks TLS: that it answers at all is what is asked for.
  await assert.rejects(dial('one', 'http', `${address}:${port}`, 'healthz'), /ended the connection|answered 400/)
})

test('the world outside sees a pod as the node, and reaches it where it has a route', async () => {
  await using outside = await makeOutside()
  await outside.serve('--http-port=80')
  assert.match(await dial('one', 'http', `${outside.address}:80`, 'clientip'), new RegExp(`^${outside.here}:`))
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
