/** Two real nodes on one machine, each with a network, a container runtime and a kubelet of its own: what passes between them, and what becomes of pods when one falls. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { after, before, describe, test } from 'node:test'
import { DaemonSet } from '#kinds/apps/daemon-set.ts'
import { Deployment } from '#kinds/apps/deployment.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Service } from '#kinds/core/service.ts'
import { findLeftovers } from '#kubelet/machine/leftovers.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { ask, client, dialWords, HTTP_PORT, IMAGE, server, UDP_PORT } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { makeOutside } from '#test/support/outside.ts'

/** A node is given up 50 seconds after its last sign of life; then pods move. */
const FALL_MS = 150_000
const PATIENCE = { timeoutMs: 60_000 }

let cluster: NodeCluster
/** The machine itself, and the further node. */
let names: readonly [string, string]
before(async () => {
  cluster = await startNodeCluster(['agnhost'], () => ({ nodes: 2 }))
  const { items } = await cluster.client.list(Node)
  const [one = '', two = ''] = items.map(({ metadata }) => metadata.name ?? '').toSorted()
  names = [one, two]
})
after(() => cluster?.[Symbol.asyncDispose]())

const on = (nodeName: string) => ({ nodeSelector: { 'kubernetes.io/hostname': nodeName } })
/** What somebody is answered who does not know the server's certificate. */
async function codeOf(url: string, authorization?: string): Promise<number | undefined> {
  const asking = get(url, { rejectUnauthorized: false, agent: false, headers: authorization ? { authorization } : {} })
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  answer.resume()
  return answer.statusCode
}
/** A server on each node that all select who ask for its application. */
async function serversOfBoth(namespace: string): Promise<readonly Pod[]> {
  const made = names.map((node, i) => server({ name: `on-${i + 1}`, labels: { app: 'web' }, spec: on(node) }))
  for (const pod of made) await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace } })
  const pods = await Promise.all(['on-1', 'on-2'].map(name => cluster.until(namespace, name, pod => pod && isReady(pod))))
  return pods.map(pod => pod ?? assert.fail('it is gone'))
}
const node = (name: string): Promise<Node> => cluster.client.get(Node, { name })
const readiness = ({ status }: Node) => status.conditions?.find(({ type }) => type === 'Ready')?.status
/** The process that serves the further node. */
async function processOfSecond(): Promise<number> {
  const { processes } = await findLeftovers({ cluster: cluster.folder.name, root: cluster.folder.root })
  return processes.find(({ command }) => command.endsWith(` node ${cluster.folder.root} 2`))?.pid ?? assert.fail('there is no such process')
}

describe('two nodes', { concurrency: 4 }, () => {
  test('both are Ready, with an address and a range for pods of their own', async () => {
    const nodes = await Promise.all(names.map(node))
    assert.equal(names[1], `${names[0]}-2`)
    assert.deepEqual(nodes.map(readiness), ['True', 'True'])
    assert.equal(new Set(nodes.map(({ spec }) => spec.podCIDR)).size, 2)
    assert.equal(new Set(nodes.map(({ status }) => status.addresses?.find(({ type }) => type === 'InternalIP')?.address)).size, 2)
  })

  test('pods in the network of a node see its name', async () => {
    const namespace = await cluster.namespace('host-name')
    for (const [i, name] of names.entries()) {
      const pod = client(`on-${i + 1}`, { ...on(name), hostNetwork: true })
      await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace } })
    }
    for (const [i, name] of names.entries()) {
      await cluster.until(namespace, `on-${i + 1}`, seen => seen && isReady(seen))
      assert.equal((await cluster.ok(['exec', '-n', namespace, `on-${i + 1}`, '--', 'hostname'])).trim().toLowerCase(), name)
    }
  })

  test('kubelets take the tokens of accounts, for what these may', async () => {
    const namespace = await cluster.namespace('scrape')
    const account = `--serviceaccount=${namespace}:scraper`
    await cluster.ok(['create', 'serviceaccount', 'scraper', '-n', namespace])
    await cluster.ok(['create', 'clusterrole', namespace, '--verb=get', '--resource=nodes/metrics'])
    await cluster.ok(['create', 'clusterrolebinding', namespace, `--clusterrole=${namespace}`, account])
    const token = (await cluster.ok(['create', 'token', 'scraper', '-n', namespace])).trim()
    for (const { status } of await Promise.all(names.map(node))) {
      const { address = '' } = status.addresses?.find(({ type }) => type === 'InternalIP') ?? {}
      const kubelet = `https://${address}:${status.daemonEndpoints?.kubeletEndpoint?.Port}`
      const asked = [`${kubelet}/metrics`, `${kubelet}/pods`, `${kubelet}/healthz`]
      assert.deepEqual(await Promise.all(asked.map(url => codeOf(url, `Bearer ${token}`))), [200, 403, 403])
      assert.deepEqual([await codeOf(`${kubelet}/healthz`), await codeOf(`${kubelet}/metrics`, 'Bearer abc')], [401, 401])
    }
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
    const host = client('host', { ...on(names[0] ?? ''), hostNetwork: true })
    await cluster.client.create(Pod, { ...host, metadata: { ...host.metadata, namespace } })
    for (const pod of ['asks-1', 'asks-2', 'host']) await cluster.until(namespace, pod, seen => seen && isReady(seen))
    const addresses = (await Promise.all(names.map(node))).map(({ status }) => status.addresses?.[0]?.address)
    const [seen = ''] = await ask(cluster, { namespace, pod: 'host' }, { to: `${pods[1]?.status.podIP}:${HTTP_PORT}`, request: 'clientip' })
    assert(seen.startsWith(`${addresses[0]}:`), `the first node is seen under its own address, not ${seen}`)
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

  test('a load balancer whose traffic must stay leads to pods of both at the address of the first, and they are told who asks', async () => {
    const namespace = await cluster.namespace('balanced')
    const [port, ports] = [8123, [{ port: 8123, targetPort: HTTP_PORT }]]
    const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { app: 'web' }, ports }
    await cluster.client.create(Service, { metadata: { namespace, name: 'web' }, spec } as unknown as Partial<Service>)
    await serversOfBoth(namespace)
    const { status } = await node(names[0] ?? '')
    const to = `${status.addresses?.[0]?.address}:${port}`
    await using outside = await makeOutside()
    const seen = new Set<string>()
    await eventually(async () => {
      seen.add(await outside.dial(...dialWords({ to })))
      assert.deepEqual([...seen].toSorted(), ['on-1', 'on-2'])
      const asker = await outside.dial(...dialWords({ to, request: 'clientip' }))
      assert(asker.startsWith(`${outside.address}:`), `who asks is seen as ${asker}`)
    }, PATIENCE)
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

/** Not beside the others, whose node it takes away. */
test('when a node falls its pods move, and when it comes back it finds its containers', async () => {
  const namespace = await cluster.namespace('falls')
  const labels = { app: 'web' }
  const [one, two] = names
  const preference = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [two] }] }
  const tolerations = ['not-ready', 'unreachable'].map(reason => ({
    key: `node.kubernetes.io/${reason}`,
    operator: 'Exists',
    effect: 'NoExecute',
  }))
  const briefly = tolerations.map(toleration => ({ ...toleration, tolerationSeconds: 1 }))
  const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] } }
  await cluster.client.create(Deployment, {
    metadata: { namespace, name: 'web' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...PAUSED, terminationGracePeriodSeconds: 1, affinity, tolerations: briefly } },
    },
  } as unknown as Partial<Deployment>)
  // It stays where it is: it tolerates what befalls its node without an end.
  const stays = { ...PAUSED, ...on(two), tolerations }
  await cluster.client.create(Pod, { metadata: { namespace, name: 'stays' }, spec: stays } as unknown as Partial<Pod>)
  const before = await cluster.until(namespace, 'stays', pod => pod && isReady(pod))
  const moving = async () => (await cluster.client.list(Pod, { namespace, labelSelector: 'app=web' })).items
  const [first] = await eventually(async () => {
    const pods = await moving()
    assert.deepEqual(
      pods.map(pod => [pod.spec.nodeName, isReady(pod)]),
      [[two, true]],
    )
    return pods
  }, PATIENCE)

  const pid = await processOfSecond()
  process.kill(pid, 'SIGSTOP')
  try {
    const fallen = await eventually(
      async () => {
        const seen = await node(two)
        assert.equal(readiness(seen), 'Unknown')
        assert(seen.spec.taints?.some(({ key, effect }) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute'))
        return seen
      },
      { timeoutMs: FALL_MS },
    )
    assert.equal(fallen.status.conditions?.find(({ type }) => type === 'Ready')?.reason, 'NodeStatusUnknown')
    await eventually(
      async () => {
        const pods = await moving()
        const old = pods.find(({ metadata }) => metadata.uid === first?.metadata.uid)
        // Nobody is there who could say that it has ended.
        assert(old?.metadata.deletionTimestamp, 'the pod on the fallen node is being deleted')
        const next = pods.find(({ metadata }) => metadata.uid !== first?.metadata.uid)
        assert(next && next.spec.nodeName === one && isReady(next), 'another one runs on the node that stands')
      },
      { timeoutMs: FALL_MS },
    )
    assert.equal((await cluster.client.get(Pod, { namespace, name: 'stays' })).metadata.deletionTimestamp, undefined)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  const settled = async () => {
    const seen = await node(two)
    assert.equal(readiness(seen), 'True')
    assert.deepEqual(seen.spec.taints ?? [], [])
  }
  await eventually(settled, PATIENCE)
  await eventually(
    async () =>
      assert.deepEqual(
        (await moving()).map(({ spec }) => spec.nodeName),
        [one],
      ),
    PATIENCE,
  )

  // And one whose process is killed is served by another, which takes over its containers.
  process.kill(pid, 'SIGKILL')
  await eventually(async () => assert.notEqual(await processOfSecond(), pid), PATIENCE)
  assert.equal((await eventually(() => cluster.ok(['exec', '-n', namespace, 'stays', '--', 'hostname']), PATIENCE)).trim(), 'stays')
  const { status } = await cluster.client.get(Pod, { namespace, name: 'stays' })
  assert.deepEqual(
    status.containerStatuses?.map(({ containerID, restartCount }) => [containerID, restartCount]),
    before?.status.containerStatuses?.map(({ containerID }) => [containerID, 0]),
  )
})

const PAUSED = {
  terminationGracePeriodSeconds: 0,
  containers: [{ name: 'agnhost', image: IMAGE, imagePullPolicy: 'IfNotPresent', args: ['pause'] }],
}
