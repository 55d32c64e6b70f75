/** Two real nodes on one machine, each with a network, a container runtime and a kubelet of its own: what passes between them. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Service } from '#kinds/core/service.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { ask, client, HTTP_PORT, IMAGE, server, UDP_PORT } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'

const PATIENCE = { timeoutMs: 60_000 }

let cluster: NodeCluster
/** The machine itself, and the further node. */
let names: readonly [string, string]
before(async () => {
  cluster = await startNodeCluster(['agnhost'], { nodes: 2 })
  const { items } = await cluster.client.list(Node)
  const [one = '', two = ''] = items.map(({ metadata }) => metadata.name ?? '').toSorted()
  names = [one, two]
})
after(() => cluster[Symbol.asyncDispose]())

const on = (nodeName: string) => ({ nodeSelector: { 'kubernetes.io/hostname': nodeName } })
/** A server on each node that all select who ask for its application. */
async function serversOfBoth(namespace: string): Promise<readonly Pod[]> {
  const made = names.map((node, i) => server({ name: `on-${i + 1}`, labels: { app: 'web' }, spec: on(node) }))
  for (const pod of made) await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace } })
  const pods = await Promise.all(['on-1', 'on-2'].map(name => cluster.until(namespace, name, pod => pod && isReady(pod))))
  return pods.map(pod => pod ?? assert.fail('it is gone'))
}
const node = (name: string): Promise<Node> => cluster.client.get(Node, { name })
const readiness = ({ status }: Node) => status.conditions?.find(({ type }) => type === 'Ready')?.status
describe('two nodes', { concurrency: 4 }, () => {
  test('both are Ready, with an address and a range for pods of their own', async () => {
    const nodes = await Promise.all(names.map(node))
    assert.equal(names[1], `${names[0]}-2`)
    assert.deepEqual(nodes.map(readiness), ['True', 'True'])
    assert.equal(new Set(nodes.map(({ spec }) => spec.podCIDR)).size, 2)
    assert.equal(new Set(nodes.map(({ status }) => status.addresses?.find(({ type }) => type === 'InternalIP')?.address)).size, 2)
  })

  test('pods reach one another over nodes, and services by name, over TCP and UDP', async () => {
    const namespace = await cluster.namespace('reach')
    const ports = [
      { name: 'http', port: 80, targetPort: HTTP_PORT },
      { name: 'udp', protocol: 'UDP', port: 80, targetPort: UDP_PORT },
    ]
    const service = { metadata: { namespace, name: 'web' }, spec: { type: 'NodePort', selector: { app: 'web' }, ports } }
    const { spec } = await cluster.client.create(Service, service as unknown as Partial<Service>)
    const pods = await serversOfBoth(namespace)
    const asks = names.map((name, i) => client(`asks-${i + 1}`, on(name)))
    for (const pod of asks) await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace } })
    for (const pod of ['asks-1', 'asks-2']) await cluster.until(namespace, pod, seen => seen && isReady(seen))
    const addresses = (await Promise.all(names.map(node))).map(({ status }) => status.addresses?.[0]?.address)
    for (const pod of ['asks-1', 'asks-2']) {
      for (const { metadata, status } of pods) {
        const [seen = ''] = await ask(cluster, { namespace, pod }, { to: `${status.podIP}:${HTTP_PORT}` })
        assert.equal(seen, metadata.name)
      }
      const own = (await cluster.client.get(Pod, { namespace, name: pod })).status.podIP
      const [asker = ''] = await ask(cluster, { namespace, pod }, { to: `${pods[0]?.status.podIP}:${HTTP_PORT}`, request: 'clientip' })
      assert(asker.startsWith(`${own}:`), `the pod is seen under its own address, not ${asker}`)
      const ways = [
        'web:80',
        `web.${namespace}.svc.cluster.local:80`,
        ...addresses.map(address => `${address}:${spec.ports?.[0]?.nodePort}`),
      ]
      const questions = [...ways.map(to => ({ to })), { protocol: 'udp', to: 'web:80' } as const]
      for (const question of questions)
        await eventually(async () => {
          const answers = await ask(cluster, { namespace, pod }, { tries: 12, ...question })
          assert.deepEqual([...new Set(answers)].toSorted(), ['on-1', 'on-2'], question.to)
        }, PATIENCE)
    }
  })

  test('the API server is reached from pods of both, and reaches their kubelets: logs, exec, port-forward, top', async () => {
    const namespace = await cluster.namespace('kubelets')
    const pods = await serversOfBoth(namespace)
    for (const { metadata } of pods) {
      const { name = '' } = metadata
      assert.equal((await cluster.ok(['exec', '-n', namespace, name, '--', 'hostname'])).trim(), name)
      await cluster.ok(['exec', '-n', namespace, name, '--', 'sh', '-c', 'echo "heard of it" > /proc/1/fd/1'])
      await eventually(async () => assert.match(await cluster.ok(['logs', '-n', namespace, name]), /heard of it/), PATIENCE)
      const call = 'IO::Socket::INET->new("kubernetes.default:443") or die $@; print "connected"'
      assert.equal(await cluster.ok(['exec', '-n', namespace, name, '--', 'perl', '-MIO::Socket::INET', '-e', call]), 'connected')
      await using forward = cluster.start(['port-forward', '-n', namespace, name, `:${HTTP_PORT}`, '--address=127.0.0.1'])
      const [, port] = await forward.says(/127\.0\.0\.1:(\d+)/)
      assert.equal((await (await fetch(`http://127.0.0.1:${port}/hostname`)).text()).trim(), name)
    }
    await eventually(async () => {
      const text = await cluster.ok(['top', 'pod', '-n', namespace, '--no-headers'])
      for (const { metadata } of pods) assert(text.includes(metadata.name ?? '-'), text)
    }, PATIENCE)
    const text = await cluster.ok(['top', 'node', '--no-headers'])
    for (const name of names) assert.match(text, new RegExp(`^${name} `, 'm'))
  })

  test('a daemon set runs on both', async () => {
    const namespace = await cluster.namespace('daemons')
    const labels = { app: 'daemon' }
    await cluster.client.create(DaemonSet, {
      metadata: { namespace, name: 'daemon' },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: PAUSED } },
    } as unknown as Partial<DaemonSet>)
    await eventually(async () => {
      const { status } = await cluster.client.get(DaemonSet, { namespace, name: 'daemon' })
      assert.deepEqual([status.desiredNumberScheduled, status.numberReady], [2, 2])
    }, PATIENCE)
    const { items } = await cluster.client.list(Pod, { namespace })
    assert.deepEqual(items.map(({ spec }) => spec.nodeName ?? '').toSorted(), names)
  })
})

const PAUSED = {
  terminationGracePeriodSeconds: 0,
  containers: [{ name: 'agnhost', image: IMAGE, imagePullPolicy: 'IfNotPresent', args: ['pause'] }],
}
