/** Services on real containers: every way in, every protocol, and what becomes of clients when pods come and go. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { get as httpGet } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { PUBLISHED_PORTS } from '#kinds/core/service/published.ts'
import { Service } from '#kinds/core/service.ts'
import { type AgnhostPod, ask, askInVain, client, dialWords, HTTP_PORT, type Question, server, UDP_PORT } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { makeOutside, type Outside } from '#test/support/outside.ts'
import { freePort } from '../bench/cluster.ts'
import { eventually } from '../conformance/support/eventually.ts'

const NAMESPACE = 'services'
let cluster: NodeCluster
let outside: Outside
let nodeAddress: string

const HTTP = { name: 'http', port: 80, targetPort: HTTP_PORT }
const UDP = { name: 'udp', protocol: 'UDP', port: 80, targetPort: UDP_PORT }

const start = async (pod: Partial<Pod>): Promise<void> =>
  void (await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } }))
const ready = (name: string) => cluster.until(NAMESPACE, name, pod => pod && isReady(pod))
/** Starts ready servers that a service of this name selects. */
async function servers(app: string, names: readonly string[], more: Partial<AgnhostPod> = {}): Promise<void> {
  for (const name of names) await start(server({ name, labels: { app }, ...more }))
  for (const name of names) await ready(name)
}
const service = (name: string, spec: object = {}): Promise<Service> =>
  cluster.client.create(Service, {
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: { app: name }, ports: [HTTP, UDP], ...spec },
  } as unknown as Partial<Service>)
const change = (name: string, spec: object): Promise<Service> =>
  cluster.client.patch(Service, { namespace: NAMESPACE, name }, 'merge', { spec })

const from = (pod: string) => ({ namespace: NAMESPACE, pod })
/** Asks until all of those have answered, and nobody else. */
const answer = (pod: string, question: Question, names: readonly string[]) =>
  eventually(
    async () => assert.deepEqual([...new Set(await ask(cluster, from(pod), { tries: 12, ...question }))].sort(), names.toSorted()),
    { timeoutMs: 30_000 },
  )
const refused = (pod: string, question: Question) =>
  eventually(async () => assert.match(await askInVain(cluster, from(pod), question), /refused/i), { timeoutMs: 30_000 })

before(async () => {
  cluster = await startNodeCluster(['agnhost'])
  outside = await makeOutside()
  await cluster.namespace(NAMESPACE)
  await start(client('asker'))
  await start(client('host', { hostNetwork: true }))
  await Promise.all([ready('asker'), ready('host')])
  const { items } = await cluster.client.list(Node)
  nodeAddress = items[0]?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
})
after(async () => {
  // nft refused nothing, not even what was then put right.
  const { items } = await cluster.client.list(Event)
  await outside[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
  assert.deepEqual(
    items.filter(({ reason }) => reason === 'FailedToUpdateServiceRules').map(({ message }) => message),
    [],
  )
})

describe('services', { concurrency: 4 }, () => {
  test('a cluster address leads to all pods, from a pod, from the node and from the pods themselves, over TCP and UDP', async () => {
    const { spec } = await service('web')
    await servers('web', ['web-1', 'web-2'])
    for (const pod of ['asker', 'host', 'web-1'])
      for (const protocol of ['http', 'udp'] as const) await answer(pod, { protocol, to: `${spec.clusterIP}:80` }, ['web-1', 'web-2'])
    const [seen = ''] = await ask(cluster, from('asker'), { to: `${spec.clusterIP}:80`, request: 'clientip' })
    assert(seen.startsWith(`${(await ready('asker'))?.status.podIP}:`), `the pod is seen under its own address, not ${seen}`)
  })

  test('who calls where nobody serves is refused at once', async () => {
    const { spec } = await service('nobody', { type: 'NodePort' })
    const [http, udp] = spec.ports ?? []
    await refused('asker', { to: `${spec.clusterIP}:80` })
    await refused('host', { to: `${spec.clusterIP}:80` })
    await refused('asker', { protocol: 'udp', to: `${spec.clusterIP}:80` })
    await refused('asker', { to: `${spec.clusterIP}:81` })
    await refused('asker', { to: `${nodeAddress}:${http?.nodePort}` })
    await refused('asker', { protocol: 'udp', to: `${nodeAddress}:${udp?.nodePort}` })
  })

  test('a node port is reached from outside, from pods and from the node, and sees who asks', async () => {
    const { spec } = await service('open', { type: 'NodePort' })
    await servers('open', ['open-1'])
    const [http, udp] = (spec.ports ?? []).map(({ nodePort }) => `:${nodePort}`)
    for (const pod of ['asker', 'host', 'open-1']) {
      await answer(pod, { to: nodeAddress + http }, ['open-1'])
      await answer(pod, { protocol: 'udp', to: nodeAddress + udp }, ['open-1'])
    }
    assert.equal(await outside.dial(...dialWords({ to: outside.here + http })), 'open-1')
    assert.equal(await outside.dial(...dialWords({ protocol: 'udp', to: outside.here + udp })), 'open-1')
    assert((await outside.dial(...dialWords({ to: outside.here + http, request: 'clientip' }))).startsWith(`${outside.address}:`))
  })

  test('external addresses and load balancers let in those of their ranges', async () => {
    const [external, balanced] = ['198.51.100.10', '198.51.100.11']
    await service('front', {
      type: 'LoadBalancer',
      externalIPs: [external],
      loadBalancerClass: 'example.com/by-hand',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    })
    await cluster.client.patch(
      Service,
      { namespace: NAMESPACE, name: 'front' },
      'merge',
      { status: { loadBalancer: { ingress: [{ ip: balanced }] } } },
      { subresource: 'status' },
    )
    await servers('front', ['front-1'])
    const reaches = (address: string) => outside.dial(...dialWords({ to: `${address}:80` }))
    await eventually(async () => assert.equal(await reaches(external), 'front-1'))
    await answer('host', { to: `${balanced}:80`, tries: 1 }, ['front-1'])
    await assert.rejects(reaches(balanced), /timed out|timeout/i)
    await change('front', { loadBalancerSourceRanges: ['192.0.2.0/24', `${outside.address}/32`] })
    await eventually(async () => assert.equal(await reaches(balanced), 'front-1'), { timeoutMs: 30_000 })
  })

  test('a load balancer that nobody else serves is at the node’s own address; what the node serves itself is not taken', async () => {
    const port = 8123
    const balancer = (name: string, number: number) =>
      service(name, { type: 'LoadBalancer', selector: { app: 'own' }, ports: [{ ...HTTP, port: number }] })
    await balancer('own', port)
    await balancer('too-much', Number(new URL(cluster.server).port))
    await servers('own', ['own-1'])
    for (const pod of ['asker', 'host', 'own-1']) await answer(pod, { to: `${nodeAddress}:${port}`, tries: 1 }, ['own-1'])
    const { status } = await cluster.client.get(Service, { namespace: NAMESPACE, name: 'own' })
    assert.deepEqual(
      status.loadBalancer.ingress?.map(({ ip }) => ip),
      [nodeAddress],
    )
    await eventually(async () => {
      const { items } = await cluster.client.list(Event, { namespace: NAMESPACE })
      const failure = items.find(({ involvedObject, reason }) => involvedObject.name === 'too-much' && reason === 'SyncLoadBalancerFailed')
      assert.match(failure?.message ?? '', /is taken by the API server; give this service another port$/)
    })
  })

  test('with policy Local load balancers are told whether a pod is here', async () => {
    const { spec } = await service('near', {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      loadBalancerClass: 'example.com/by-hand',
    })
    const health = () =>
      new Promise<{ readonly code: number | undefined; readonly text: string }>((resolve, reject) => {
        const request = httpGet({ host: '127.0.0.1', port: spec.healthCheckNodePort, agent: false }, async response => {
          const chunks: Buffer[] = []
          for await (const chunk of response) chunks.push(chunk as Buffer)
          resolve({ code: response.statusCode, text: Buffer.concat(chunks).toString() })
        })
        request.on('error', reject)
      })
    await eventually(async () => assert.equal((await health()).code, 503))
    await servers('near', ['near-1'])
    await eventually(async () => {
      const { code, text } = await health()
      assert.deepEqual(
        [code, JSON.parse(text)],
        [200, { service: { namespace: NAMESPACE, name: 'near' }, localEndpoints: 1, serviceProxyHealthy: true }],
      )
    })
    const port = spec.ports?.[0]?.nodePort
    await eventually(async () => assert.equal(await outside.dial(...dialWords({ to: `${outside.here}:${port}` })), 'near-1'))
    await answer('asker', { to: `${nodeAddress}:${port}` }, ['near-1'])
  })

  test('a client of a sticky service stays with its pod, until that one goes', async () => {
    const { spec } = await service('sticky', { type: 'NodePort', sessionAffinity: 'ClientIP' })
    await servers('sticky', ['sticky-1', 'sticky-2', 'sticky-3'])
    const hosts = async (to: string) => [...new Set(await ask(cluster, from('asker'), { to, tries: 12 }))]
    const ways = [`${spec.clusterIP}:80`, `${nodeAddress}:${spec.ports?.[0]?.nodePort}`]
    const [first = ''] = await eventually(async () => {
      const found = (await Promise.all(ways.map(hosts))).flat()
      assert.equal(new Set(found).size, 1)
      return found
    })
    await cluster.ok(['delete', 'pod', '--namespace', NAMESPACE, first, '--now'])
    await eventually(async () => {
      const found = (await Promise.all(ways.map(hosts))).flat()
      assert(new Set(found).size === 1 && found[0] !== first, String(found))
    })
    await change('sticky', { sessionAffinity: 'None' })
    await eventually(async () => assert.equal((await hosts(ways[0] ?? '')).length, 2))
  })

  test('a client over UDP that keeps its port is led to another pod when its own has gone', async () => {
    const { spec } = await service('datagrams')
    await servers('datagrams', ['datagrams-1'])
    const question: Question = { protocol: 'udp', to: `${spec.clusterIP}:80`, sourcePort: 40_404 }
    await answer('asker', question, ['datagrams-1'])
    await servers('datagrams', ['datagrams-2'])
    await cluster.ok(['delete', 'pod', '--namespace', NAMESPACE, 'datagrams-1', '--now'])
    await answer('asker', question, ['datagrams-2'])
  })

  test('a pod that terminates serves on while nobody else is ready', async () => {
    const { spec } = await service('leaving')
    const lasting = { args: ['netexec', '--delay-shutdown=60'], spec: { terminationGracePeriodSeconds: 60 } }
    await servers('leaving', ['leaving-1'], lasting)
    await cluster.client.delete(Pod, { namespace: NAMESPACE, name: 'leaving-1' })
    await answer('asker', { to: `${spec.clusterIP}:80` }, ['leaving-1'])
    await servers('leaving', ['leaving-2'])
    await answer('asker', { to: `${spec.clusterIP}:80` }, ['leaving-2'])
  })

  test('pods that are not ready serve where the service says so', async () => {
    const { spec } = await service('early', { publishNotReadyAddresses: true })
    await start(server({ name: 'early-1', labels: { app: 'early' }, container: { readinessProbe: { exec: { command: ['false'] } } } }))
    await answer('asker', { to: `${spec.clusterIP}:80` }, ['early-1'])
    await change('early', { publishNotReadyAddresses: false })
    await refused('asker', { to: `${spec.clusterIP}:80` })
  })

  test('host ports lead to their pod by protocol and address', async () => {
    // Below the node ports, which are given out by chance.
    const ports = (hostPort: number, hostIP?: string) => [
      { containerPort: HTTP_PORT, hostPort, ...(hostIP && { hostIP }) },
      { containerPort: UDP_PORT, hostPort, protocol: 'UDP', ...(hostIP && { hostIP }) },
    ]
    await start(server({ name: 'mapped', container: { ports: ports(12_001) } }))
    await start(server({ name: 'looped', container: { ports: ports(12_002, '127.0.0.1') } }))
    await Promise.all([ready('mapped'), ready('looped')])
    for (const protocol of ['http', 'udp'] as const) {
      for (const pod of ['asker', 'host', 'mapped']) await answer(pod, { protocol, to: `${nodeAddress}:12001` }, ['mapped'])
      await answer('host', { protocol, to: '127.0.0.1:12001' }, ['mapped'])
      await answer('host', { protocol, to: '127.0.0.1:12002' }, ['looped'])
      assert.equal(await outside.dial(...dialWords({ protocol, to: `${outside.here}:12001` })), 'mapped')
    }
    await refused('host', { to: `${nodeAddress}:12002` })
    await cluster.ok(['delete', 'pod', '--namespace', NAMESPACE, 'mapped', '--now'])
    await refused('host', { to: `${nodeAddress}:12001` })
    await refused('host', { to: '127.0.0.1:12001' })
  })

  test('a published port of the machine leads to a service, also one that comes later', async () => {
    const port = await freePort()
    const published = { data: { [port]: `service/${NAMESPACE}/published:http` } }
    await cluster.client.create(ConfigMap, { metadata: { ...PUBLISHED_PORTS }, ...published })
    const hostname = () => ask(cluster, from('host'), { to: `127.0.0.1:${port}` })
    await eventually(async () =>
      assert.match(await askInVain(cluster, from('host'), { to: `127.0.0.1:${port}` }), /reset|ended the connection/i),
    )
    await service('published', { type: 'ExternalName', externalName: 'later.example.com', ports: [], selector: undefined })
    await change('published', { type: 'ClusterIP', externalName: null, selector: { app: 'published' }, ports: [HTTP] })
    await servers('published', ['published-1'])
    await eventually(async () => assert.deepEqual(await hostname(), ['published-1']), { timeoutMs: 30_000 })
    assert.equal(await outside.dial(...dialWords({ to: `${outside.here}:${port}` })), 'published-1')
    await cluster.client.patch(ConfigMap, PUBLISHED_PORTS, 'merge', { data: { [port]: null } })
    await refused('host', { to: `127.0.0.1:${port}` })
  })

  test('the API server is reached at its service address, from the node and from pods', async () => {
    const { spec } = await cluster.client.get(Service, { namespace: 'default', name: 'kubernetes' })
    const read = (file: string) => readFileSync(join(cluster.folder.pki, file))
    const options = {
      host: spec.clusterIP,
      port: 443,
      path: '/version',
      ca: read('ca.crt'),
      cert: read('admin.crt'),
      key: read('admin.key'),
      agent: false,
    }
    const code = await new Promise((resolve, reject) => {
      get(options, response => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject)
    })
    assert.equal(code, 200)
    // It speaks TLS: that it answers at all is what is asked for.
    assert.match(await askInVain(cluster, from('asker'), { to: `${spec.clusterIP}:443` }), /ended the connection|answered 400/)
  })
})
