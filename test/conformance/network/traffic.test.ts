/** Services, host ports and pods as traffic: the official behaviours, on real containers. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Node } from '#kinds/core/node.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { ask, askInVain, client, HTTP_PORT, type Question, server, UDP_PORT } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { eventually } from '../support/eventually.ts'

let cluster: NodeCluster
let nodeAddress: string

/** Long enough for several real containers on a machine that does much else. */
const PATIENCE = { timeoutMs: 60_000 }

before(async () => {
  cluster = await startNodeCluster(['agnhost'])
  const { items } = await cluster.client.list(Node)
  nodeAddress = items[0]?.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
})
after(() => cluster?.[Symbol.asyncDispose]())

/** A namespace of its own with a pod that asks. */
async function scene(name: string) {
  const namespace = await cluster.namespace(name)
  const start = (pod: Partial<Pod>) => cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace } })
  const ready = async (pod: string) => (await cluster.until(namespace, pod, seen => seen && isReady(seen))) as Pod
  await start(client('asker'))
  await ready('asker')
  const asker = { namespace, pod: 'asker' }
  return {
    namespace,
    start,
    ready,
    asker,
    /** Starts servers with these labels and waits until they are ready. */
    async servers(labels: Readonly<Record<string, string>>, names: readonly string[], container: object = {}): Promise<void> {
      for (const each of names) await start(server({ name: each, labels, container }))
      for (const each of names) await ready(each)
    },
    service: (service: string, spec: object) =>
      cluster.client.create(Service, { metadata: { name: service, namespace }, spec } as unknown as Partial<Service>),
    change: (service: string, spec: object) => cluster.client.patch(Service, { namespace, name: service }, 'merge', { spec }),
    remove: (pod: string) => cluster.client.delete(Pod, { namespace, name: pod }, { gracePeriodSeconds: 0 }),
    /** Who has answered, each once. */
    answers: async (question: Question) => [...new Set(await ask(cluster, asker, question))].sort(),
    /** The addresses in the service's slices for a port, sorted. */
    async endpoints(service: string, port?: string): Promise<readonly string[]> {
      const { items } = await cluster.client.list(EndpointSlice, { namespace, labelSelector: `kubernetes.io/service-name=${service}` })
      return items
        .filter(({ ports }) => port === undefined || ports?.some(each => each.name === port))
        .flatMap(slice =>
          (slice.endpoints ?? []).filter(({ conditions }) => conditions.ready !== false).flatMap(({ addresses }) => addresses),
        )
        .sort()
    },
  }
}
type Scene = Awaited<ReturnType<typeof scene>>

/** By its address and by its name. */
const ways = ({ metadata, spec }: Service) => [spec.clusterIP ?? '', metadata.name ?? '']
/** All of those answer, at each of the service's addresses, and nobody else does. */
const serves = async (
  { answers }: Scene,
  service: Service,
  { port = 80, protocol = 'http' as const, names }: { port?: number; protocol?: Question['protocol']; names: readonly string[] },
) => {
  for (const host of ways(service))
    await eventually(
      async () => assert.deepEqual(await answers({ protocol, to: `${host}:${port}`, tries: 8 * names.length }), names.toSorted()),
      PATIENCE,
    )
}
/** A slice by hand that has one pod. */
const slice = async ({ namespace, ready }: Scene, pod: string, ports: readonly object[]): Promise<void> => {
  const { metadata, status, spec } = await ready(pod)
  await cluster.client.create(EndpointSlice, {
    metadata: {
      generateName: 'e2e-custom-slice-',
      namespace,
      labels: { 'kubernetes.io/service-name': 'example-custom-endpoints', 'endpointslice.kubernetes.io/managed-by': 'e2e-test' },
    },
    addressType: 'IPv4',
    ports,
    endpoints: [{ addresses: [status.podIP], nodeName: spec.nodeName, targetRef: { kind: 'Pod', namespace, name: metadata.name } }],
  } as unknown as Partial<EndpointSlice>)
}

const nodePortOf = ({ spec }: Service, i = 0) => spec.ports?.[i]?.nodePort ?? 0
const answersAtNode = ({ answers }: Scene, port: number, names: readonly string[], protocol: Question['protocol'] = 'http') =>
  eventually(
    async () => assert.deepEqual(await answers({ protocol, to: `${nodeAddress}:${port}`, tries: 8 * names.length }), names.toSorted()),
    PATIENCE,
  )

const WEB = { ports: [{ port: 80, targetPort: HTTP_PORT }] }

describe('traffic', { concurrency: 6 }, () => {
  test('[sig-network] Services should serve a basic endpoint from pods [Conformance]', async () => {
    const stage = await scene('endpoint-test2')
    const service = await stage.service('endpoint-test2', { selector: { foo: 'bar' }, ...WEB })
    const addresses = async (...names: readonly string[]) => {
      const wanted = await Promise.all(names.map(async name => (await stage.ready(name)).status.podIP ?? ''))
      await eventually(async () => assert.deepEqual(await stage.endpoints('endpoint-test2'), wanted.sort()), PATIENCE)
      if (names.length) await serves(stage, service, { names })
    }
    await addresses()
    await stage.servers({ foo: 'bar' }, ['pod1'])
    await addresses('pod1')
    await stage.servers({ foo: 'bar' }, ['pod2'])
    await addresses('pod1', 'pod2')
    await stage.remove('pod1')
    await addresses('pod2')
    await stage.remove('pod2')
    await addresses()
  })

  test('[sig-network] Services should serve multiport endpoints from pods [Conformance]', async () => {
    const stage = await scene('multi-endpoint-test')
    const ports = [
      { name: 'portname1', port: 80, targetPort: 'svc1' },
      { name: 'portname2', port: 81, targetPort: 'svc2' },
    ]
    const service = await stage.service('multi-endpoint-test', { selector: { foo: 'bar' }, ports })
    const check = async (...served: readonly (readonly [pod: string, port: string, number: number])[]) => {
      for (const [pod, port, number] of served) {
        const { podIP = '' } = (await stage.ready(pod)).status
        await eventually(async () => assert.deepEqual(await stage.endpoints('multi-endpoint-test', port), [podIP]), PATIENCE)
        await serves(stage, service, { port: number, names: [pod] })
      }
    }
    const named = (name: string) => ({ ports: [{ name, containerPort: HTTP_PORT }] })
    await stage.servers({ foo: 'bar' }, ['pod1'], named('svc1'))
    await check(['pod1', 'portname1', 80])
    await stage.servers({ foo: 'bar' }, ['pod2'], named('svc2'))
    await check(['pod1', 'portname1', 80], ['pod2', 'portname2', 81])
    await stage.remove('pod1')
    await check(['pod2', 'portname2', 81])
    await eventually(async () => assert.deepEqual(await stage.endpoints('multi-endpoint-test', 'portname1'), []), PATIENCE)
    await stage.remove('pod2')
    await eventually(async () => assert.deepEqual(await stage.endpoints('multi-endpoint-test'), []), PATIENCE)
  })

  test('[sig-network] Services should serve endpoints on same port and different protocols [Conformance]', async () => {
    const stage = await scene('multiprotocol-test')
    const tcp = { name: 'tcp', protocol: 'TCP', port: 80, targetPort: HTTP_PORT }
    const udp = { name: 'udp', protocol: 'UDP', port: 80, targetPort: UDP_PORT }
    const service = await stage.service('multiprotocol-test', { selector: { app: 'multi' }, ports: [tcp, udp] })
    await stage.servers({ app: 'multi' }, ['pod1'])
    await serves(stage, service, { names: ['pod1'] })
    await serves(stage, service, { protocol: 'udp', names: ['pod1'] })
    // One after the other goes, and the other stays.
    const vain = async (protocol: Question['protocol']) =>
      assert(await askInVain(cluster, stage.asker, { protocol, to: `${service.spec.clusterIP}:80` }))
    await stage.change('multiprotocol-test', { ports: [tcp] })
    await eventually(() => vain('udp'), PATIENCE)
    await serves(stage, service, { names: ['pod1'] })
    await stage.change('multiprotocol-test', { ports: [udp] })
    await eventually(() => vain('http'), PATIENCE)
    await serves(stage, service, { protocol: 'udp', names: ['pod1'] })
  })

  test('[sig-network] Services should be able to create a functioning NodePort service [Conformance]', async () => {
    const stage = await scene('nodeport-test')
    const service = await stage.service('nodeport-test', { type: 'NodePort', selector: { app: 'node' }, ...WEB })
    await stage.servers({ app: 'node' }, ['node-1', 'node-2'])
    await serves(stage, service, { names: ['node-1', 'node-2'] })
    await answersAtNode(stage, nodePortOf(service), ['node-1', 'node-2'])
  })

  test('[sig-network] Services should be able to change the type from ExternalName to ClusterIP [Conformance]', async () => {
    const stage = await scene('externalname-to-cluster')
    const named = await stage.service('externalname-service', { type: 'ExternalName', externalName: 'foo.example.com' })
    assert.equal(named.spec.clusterIP, undefined)
    const service = await stage.change('externalname-service', { type: 'ClusterIP', externalName: null, selector: { app: 'ext' }, ...WEB })
    await stage.servers({ app: 'ext' }, ['ext-1', 'ext-2'])
    assert(service.spec.clusterIP)
    await serves(stage, service, { names: ['ext-1', 'ext-2'] })
  })

  test('[sig-network] Services should be able to change the type from ExternalName to NodePort [Conformance]', async () => {
    const stage = await scene('externalname-to-node')
    await stage.service('externalname-service', { type: 'ExternalName', externalName: 'foo.example.com' })
    const service = await stage.change('externalname-service', { type: 'NodePort', externalName: null, selector: { app: 'ext' }, ...WEB })
    await stage.servers({ app: 'ext' }, ['ext-1', 'ext-2'])
    await serves(stage, service, { names: ['ext-1', 'ext-2'] })
    await answersAtNode(stage, nodePortOf(service), ['ext-1', 'ext-2'])
  })

  for (const [type, works, switches] of [
    [
      'ClusterIP',
      '[sig-network] Services should have session affinity work for service with type clusterIP [LinuxOnly] [Conformance]',
      '[sig-network] Services should be able to switch session affinity for service with type clusterIP [LinuxOnly] [Conformance]',
    ],
    [
      'NodePort',
      '[sig-network] Services should have session affinity work for NodePort service [LinuxOnly] [Conformance]',
      '[sig-network] Services should be able to switch session affinity for NodePort service [LinuxOnly] [Conformance]',
    ],
  ] as const) {
    const sticky = { type, selector: { app: 'sticky' }, sessionAffinity: 'ClientIP', ...WEB }
    const names = ['sticky-1', 'sticky-2', 'sticky-3']
    const to = (service: Service) => (type === 'NodePort' ? `${nodeAddress}:${nodePortOf(service)}` : `${service.spec.clusterIP}:80`)
    const isSticky = (stage: Scene, service: Service) =>
      eventually(async () => assert.equal((await stage.answers({ to: to(service), tries: 15 })).length, 1), PATIENCE)
    const isSpread = (stage: Scene, service: Service) =>
      eventually(async () => assert((await stage.answers({ to: to(service), tries: 15 })).length > 1), PATIENCE)

    test(works, async () => {
      const stage = await scene(`affinity-${type.toLowerCase()}`)
      const service = await stage.service('affinity', sticky)
      await stage.servers({ app: 'sticky' }, names)
      await isSticky(stage, service)
    })

    test(switches, async () => {
      const stage = await scene(`affinity-${type.toLowerCase()}-transition`)
      const service = await stage.service('affinity-transition', sticky)
      await stage.servers({ app: 'sticky' }, names)
      await isSticky(stage, service)
      await stage.change('affinity-transition', { sessionAffinity: 'None' })
      await isSpread(stage, service)
      await stage.change('affinity-transition', { sessionAffinity: 'ClientIP' })
      await isSticky(stage, service)
    })
  }

  for (const [type, name] of [
    ['ClusterIP', '[sig-network] Services should be able to change the type from ClusterIP to ExternalName [Conformance]'],
    ['NodePort', '[sig-network] Services should be able to change the type from NodePort to ExternalName [Conformance]'],
  ] as const)
    test(name, async () => {
      const stage = await scene(`${type.toLowerCase()}-to-externalname`)
      const service = await stage.service('changing', { type, selector: { app: 'changing' }, ...WEB })
      await stage.servers({ app: 'changing' }, ['changing-1'])
      await serves(stage, service, { names: ['changing-1'] })
      // The name of another service stands for the world outside.
      await stage.service('externalsvc', { selector: { app: 'changing' }, ...WEB })
      const externalName = `externalsvc.${stage.namespace}.svc.cluster.local`
      const changed = await stage.change('changing', { type: 'ExternalName', externalName, clusterIP: null, clusterIPs: null, ports: null })
      assert.equal(changed.spec.clusterIP, undefined)
      assert(!changed.spec.ports?.some(({ nodePort }) => nodePort))
      await eventually(async () => {
        const found = await cluster.ok([
          'exec',
          '--namespace',
          stage.namespace,
          'asker',
          '--',
          'nslookup',
          `changing.${stage.namespace}.svc.cluster.local`,
        ])
        assert.match(found, new RegExp(externalName.replaceAll('.', '\\.')))
      }, PATIENCE)
    })

  test('[sig-network] EndpointSlice should support a Service with multiple endpoint IPs specified in multiple EndpointSlices [Conformance]', async () => {
    const stage = await scene('multiple-endpoint-ips')
    await stage.servers({ app: 'by-hand' }, ['pod1', 'pod2'])
    const service = await stage.service('example-custom-endpoints', { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] })
    for (const pod of ['pod1', 'pod2']) await slice(stage, pod, [{ name: 'example', port: HTTP_PORT }])
    await serves(stage, service, { names: ['pod1', 'pod2'] })
  })

  test('[sig-network] EndpointSlice should support a Service with multiple ports specified in multiple EndpointSlices [Conformance]', async () => {
    const stage = await scene('multiple-ports')
    await stage.servers({ app: 'by-hand' }, ['pod1', 'pod2'])
    const ports = [
      { name: 'portname1', port: 80, protocol: 'TCP' },
      { name: 'portname2', port: 81, protocol: 'TCP' },
    ]
    const service = await stage.service('example-custom-endpoints', { ports })
    await slice(stage, 'pod1', [{ name: 'portname1', port: HTTP_PORT }])
    await slice(stage, 'pod2', [{ name: 'portname2', port: HTTP_PORT }])
    await serves(stage, service, { port: 80, names: ['pod1'] })
    await serves(stage, service, { port: 81, names: ['pod2'] })
  })

  test('[sig-network] HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol [LinuxOnly] [Conformance]', async () => {
    const stage = await scene('hostport')
    const PORT = 54_323
    const mapped = (hostIP: string, protocol: string) => ({
      args: ['netexec', `--http-port=${HTTP_PORT}`, `--udp-port=${HTTP_PORT}`],
      container: { ports: [{ hostPort: PORT, containerPort: HTTP_PORT, hostIP, protocol }] },
    })
    await stage.start(server({ name: 'pod1', ...mapped('127.0.0.1', 'TCP') }))
    await stage.start(server({ name: 'pod2', ...mapped(nodeAddress, 'TCP') }))
    await stage.start(server({ name: 'pod3', ...mapped(nodeAddress, 'UDP') }))
    await stage.start(client('e2e-host-exec', { hostNetwork: true }))
    for (const pod of ['pod1', 'pod2', 'pod3', 'e2e-host-exec']) await stage.ready(pod)
    const from = { namespace: stage.namespace, pod: 'e2e-host-exec' }
    const to = (address: string) => `${address}:${PORT}`
    await eventually(async () => {
      assert.deepEqual(await ask(cluster, from, { to: to('127.0.0.1'), sourceAddress: nodeAddress }), ['pod1'])
      assert.deepEqual(await ask(cluster, from, { to: to(nodeAddress) }), ['pod2'])
      assert.deepEqual(await ask(cluster, from, { protocol: 'udp', to: to(nodeAddress) }), ['pod3'])
    }, PATIENCE)
  })

  for (const [within, fromNode, protocol, port] of [
    [
      '[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: http [Conformance] [NodeConformance]',
      '[sig-network] Networking Granular Checks: Pods should function for node-pod communication: http [LinuxOnly] [Conformance] [NodeConformance]',
      'http',
      HTTP_PORT,
    ],
    [
      '[sig-network] Networking Granular Checks: Pods should function for intra-pod communication: udp [Conformance] [NodeConformance]',
      '[sig-network] Networking Granular Checks: Pods should function for node-pod communication: udp [LinuxOnly] [Conformance] [NodeConformance]',
      'udp',
      UDP_PORT,
    ],
  ] as const) {
    test(within, async () => {
      const stage = await scene(`pod-network-intra-${protocol}`)
      await stage.servers({}, ['netserver-0', 'netserver-1'])
      for (const pod of ['netserver-0', 'netserver-1']) {
        const { podIP } = (await stage.ready(pod)).status
        await eventually(async () => assert.deepEqual(await stage.answers({ protocol, to: `${podIP}:${port}` }), [pod]), PATIENCE)
      }
    })
    test(fromNode, async () => {
      const stage = await scene(`pod-network-node-${protocol}`)
      await stage.servers({}, ['netserver-0', 'netserver-1'])
      await stage.start(client('host-test-container-pod', { hostNetwork: true }))
      await stage.ready('host-test-container-pod')
      const from = { namespace: stage.namespace, pod: 'host-test-container-pod' }
      for (const pod of ['netserver-0', 'netserver-1']) {
        const { podIP } = (await stage.ready(pod)).status
        await eventually(async () => assert.deepEqual(await ask(cluster, from, { protocol, to: `${podIP}:${port}` }), [pod]), PATIENCE)
      }
    })
  }
})
