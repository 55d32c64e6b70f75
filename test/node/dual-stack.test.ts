/** Clusters with IPv4 and IPv6, on real containers: addresses, services, policies, names and the way out, over both. */
import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { after, before, describe, test } from 'node:test'
import { isIPv6, parseCidr, contains, parseAddress, bracketed } from '#base/cidr.ts'
import { machineAddresses } from '#bin/host/addresses.ts'
import type { Settings } from '#cli/cluster.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isReady } from '#kinds/core/pod/facts.ts'
import { Service } from '#kinds/core/service.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import { eventually } from '#test/conformance/support/eventually.ts'
import { ask, askInVain, client, dialWords, HTTP_PORT, server, UDP_PORT } from '#test/support/agnhost.ts'
import { type NodeCluster, startNodeCluster } from '#test/support/node-cluster.ts'
import { makeOutside, type Outside } from '#test/support/outside.ts'

const PATIENCE = { timeoutMs: 30_000 }
const NAMESPACE = 'stack'
const PORTS = [
  { name: 'http', port: 80, targetPort: HTTP_PORT },
  { name: 'udp', protocol: 'UDP', port: 80, targetPort: UDP_PORT },
]
/** Ranges of both families: those of IPv6 have the numbers of those of IPv4 in them, so that clusters side by side share none. */
function ranges({ podCidr, serviceCidr }: Settings): { readonly four: readonly [string, string]; readonly six: readonly [string, string] } {
  const number = (cidr: string) => cidr.split('.')[1] ?? ''
  return { four: [podCidr, serviceCidr], six: [`fd42:${number(podCidr)}::/56`, `fd42:${number(serviceCidr)}::/112`] }
}
const bothOf = (free: Settings, order: readonly ('four' | 'six')[]): Pick<Settings, 'podCidr' | 'serviceCidr'> => {
  const of = ranges(free)
  return { podCidr: order.map(family => of[family][0]).join(), serviceCidr: order.map(family => of[family][1]).join() }
}
/** What is done in a cluster, whichever. */
const inside = (cluster: NodeCluster) => ({
  start: async (pod: Partial<Pod>): Promise<Pod> => {
    const { metadata } = await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: NAMESPACE } })
    return (await cluster.until(NAMESPACE, metadata.name ?? '', seen => seen && isReady(seen))) ?? assert.fail('it is gone')
  },
  service: (name: string, spec: object): Promise<Service> =>
    cluster.client.create(Service, {
      metadata: { name, namespace: NAMESPACE },
      spec: { selector: { app: name }, ports: PORTS, ...spec },
    } as unknown as Partial<Service>),
  ask: (pod: string, to: string, more: Partial<Parameters<typeof ask>[2]> = {}) =>
    ask(cluster, { namespace: NAMESPACE, pod }, { to, ...more }),
})
const ips = ({ status }: Pod): readonly string[] => (status.podIPs ?? []).map(({ ip }) => ip)
const sixOf = (pod: Pod): string => ips(pod).find(isIPv6) ?? assert.fail('it has no IPv6 address')
const at = (address: string, port: number) => `${bracketed(address)}:${port}`
const internal = ({ status }: Node): readonly string[] =>
  (status.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address)

describe('IPv4 and IPv6, on two nodes', () => {
  let cluster: NodeCluster
  let outside: Outside
  let nodes: readonly Node[]
  let web: readonly Pod[]
  before(async () => {
    // It gives the machine an IPv6 address, whether or not it has others.
    outside = await makeOutside()
    cluster = await startNodeCluster(['agnhost'], free => ({ nodes: 2, ...bothOf(free, ['four', 'six']) }))
    await cluster.namespace(NAMESPACE)
    nodes = (await cluster.client.list(Node)).items.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    const { start } = inside(cluster)
    const on = (i: number) => ({ nodeSelector: { 'kubernetes.io/hostname': nodes[i]?.metadata.name } })
    web = await Promise.all([0, 1].map(i => start(server({ name: `web-${i + 1}`, labels: { app: 'web' }, spec: on(i) }))))
    await Promise.all([0, 1].map(i => start(client(`asks-${i + 1}`, on(i)))))
    await start(client('host', { hostNetwork: true, ...on(0) }))
  })
  after(async () => {
    await cluster[Symbol.asyncDispose]()
    await outside[Symbol.asyncDispose]()
  })
  const everywhere = ['asks-1', 'asks-2', 'host']

  test('nodes have a range and an address of each family, pods an address of each, in this order', async () => {
    assert.deepEqual(
      nodes.map(({ spec }) => spec.podCIDRs?.map(range => parseCidr(range)?.address.family)),
      [
        [4, 6],
        [4, 6],
      ],
    )
    const [own = [], further = []] = nodes.map(internal)
    assert.deepEqual(
      own,
      ([4, 6] as const).flatMap(family => machineAddresses(family).slice(0, 1)),
    )
    assert.deepEqual(further.map(isIPv6), [false, true])
    for (const [i, pod] of web.entries()) {
      assert.deepEqual(ips(pod).map(isIPv6), [false, true])
      assert.equal(pod.status.podIP, ips(pod)[0])
      for (const [k, ip] of ips(pod).entries()) {
        const [range, address] = [parseCidr(nodes[i]?.spec.podCIDRs?.[k] ?? ''), parseAddress(ip)]
        assert(range && address && contains(range, address), `${ip} is of its node's range`)
      }
      assert.deepEqual(
        pod.status.hostIPs?.map(({ ip }) => ip),
        internal(nodes[i] as Node),
      )
    }
  })

  test('pods reach one another over IPv6 on a node and across nodes, each under its own address', async () => {
    for (const asker of ['asks-1', 'asks-2']) {
      const own = sixOf(await cluster.client.get(Pod, { namespace: NAMESPACE, name: asker }))
      for (const pod of web) {
        assert.deepEqual(await inside(cluster).ask(asker, at(sixOf(pod), HTTP_PORT)), [pod.metadata.name])
        assert.deepEqual(await inside(cluster).ask(asker, at(sixOf(pod), UDP_PORT), { protocol: 'udp' }), [pod.metadata.name])
        const [seen = ''] = await inside(cluster).ask(asker, at(sixOf(pod), HTTP_PORT), { request: 'clientip' })
        assert(seen.startsWith(`[${own}]:`), `the pod is seen under its own address, not ${seen}`)
      }
    }
  })

  test('services have the families that they ask for, with slices of each, and are reached over each', async () => {
    const rows = [
      ['single', {}, [false]],
      ['only-six', { ipFamilies: ['IPv6'] }, [true]],
      ['prefers', { ipFamilyPolicy: 'PreferDualStack' }, [false, true]],
      ['requires', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }, [true, false]],
    ] as const
    for (const [name, asked, families] of rows) {
      const { spec } = await inside(cluster).service(name, { selector: { app: 'web' }, ...asked })
      assert.deepEqual(spec.clusterIPs?.map(isIPv6), families, name)
      await eventually(async () => {
        const { items } = await cluster.client.list(EndpointSlice, {
          namespace: NAMESPACE,
          labelSelector: `kubernetes.io/service-name=${name}`,
        })
        assert.deepEqual(new Set(items.map(({ addressType }) => addressType === 'IPv6')), new Set(families), name)
        assert.equal(items.length, families.length, name)
        for (const { addressType, endpoints = [] } of items)
          assert.deepEqual(
            (endpoints ?? []).flatMap(({ addresses }) => addresses).toSorted(),
            web.flatMap(pod => ips(pod).filter(ip => isIPv6(ip) === (addressType === 'IPv6'))).toSorted(),
          )
      }, PATIENCE)
      for (const asker of everywhere)
        for (const address of spec.clusterIPs ?? [])
          for (const protocol of ['http', 'udp'] as const)
            await eventually(async () => {
              const answers = await inside(cluster).ask(asker, at(address, 80), { protocol, tries: 12 })
              assert.deepEqual([...new Set(answers)].toSorted(), ['web-1', 'web-2'], `${asker} to ${address} over ${protocol}`)
            }, PATIENCE)
    }
  })

  test('who calls where nobody serves is refused at once, over IPv6 too', async () => {
    const { spec } = await inside(cluster).service('nobody', { ipFamilies: ['IPv6'] })
    for (const asker of everywhere)
      await eventually(async () => {
        const from = { namespace: NAMESPACE, pod: asker }
        assert.match(await askInVain(cluster, from, { to: at(spec.clusterIPs?.[0] ?? '', 80) }), /refused/i)
      }, PATIENCE)
  })

  test('a node port and a host port are reached over IPv6, from outside and from pods', async () => {
    const mapped = server({ name: 'mapped', container: { ports: [{ containerPort: HTTP_PORT, hostPort: 12_601 }] } })
    await inside(cluster).start({
      ...mapped,
      spec: { ...mapped.spec, nodeSelector: { 'kubernetes.io/hostname': nodes[0]?.metadata.name } },
    } as Partial<Pod>)
    const { spec } = await inside(cluster).service('open', {
      type: 'NodePort',
      selector: { app: 'web' },
      ipFamilyPolicy: 'RequireDualStack',
    })
    const [http = 0, udp = 0] = (spec.ports ?? []).map(({ nodePort }) => nodePort)
    const { here } = outside.six
    await eventually(async () => assert.match(await outside.dial(...dialWords({ to: at(here, http) })), /^web-[12]$/), PATIENCE)
    assert.match(await outside.dial(...dialWords({ protocol: 'udp', to: at(here, udp) })), /^web-[12]$/)
    await eventually(async () => assert.equal(await outside.dial(...dialWords({ to: at(here, 12_601) })), 'mapped'), PATIENCE)
    const further = internal(nodes[1] as Node).find(isIPv6) ?? ''
    for (const asker of everywhere)
      await eventually(async () => assert.match((await inside(cluster).ask(asker, at(further, http)))[0] ?? '', /^web-[12]$/), PATIENCE)
    assert.deepEqual(await inside(cluster).ask('host', at('::1', 12_601)), ['mapped'])
  })

  test('pods reach the outside over IPv6 under the address of the machine', async () => {
    await outside.serve()
    for (const asker of ['asks-1', 'asks-2']) {
      const [seen = ''] = await inside(cluster).ask(asker, at(outside.six.address, HTTP_PORT), { request: 'clientip' })
      assert(seen.startsWith(`[${outside.six.here}]:`), `it is seen as ${seen}`)
    }
  })

  test('a policy with a block of IPv6 lets through who is in it, and nobody else', async () => {
    const guarded = await inside(cluster).start(server({ name: 'guarded', labels: { app: 'guarded' } }))
    const [one, other] = await Promise.all(
      ['asks-1', 'asks-2'].map(async name => sixOf(await cluster.client.get(Pod, { namespace: NAMESPACE, name }))),
    )
    await cluster.client.create(NetworkPolicy, {
      metadata: { name: 'guarded', namespace: NAMESPACE },
      spec: {
        podSelector: { matchLabels: { app: 'guarded' } },
        ingress: [{ from: [{ ipBlock: { cidr: 'fd42::/16', except: [`${other}/128`] } }] }],
      },
    })
    const to = at(sixOf(guarded), HTTP_PORT)
    await eventually(
      async () => assert.match(await askInVain(cluster, { namespace: NAMESPACE, pod: 'asks-2' }, { to }), /timed out/i),
      PATIENCE,
    )
    assert.deepEqual(await inside(cluster).ask('asks-1', to), ['guarded'], `from ${one}`)
    // The block says nothing of IPv4.
    const four = at(ips(guarded)[0] ?? '', HTTP_PORT)
    assert.match(await askInVain(cluster, { namespace: NAMESPACE, pod: 'asks-1' }, { to: four }), /timed out/i)
  })

  test('names have addresses of both families, and addresses of both have names', async () => {
    const dns = await cluster.client.get(Service, { namespace: 'kube-system', name: 'kube-dns' })
    const resolver = new Resolver()
    resolver.setServers([dns.spec.clusterIP ?? ''])
    const { spec } = await inside(cluster).service('named', { selector: { app: 'web' }, ipFamilyPolicy: 'PreferDualStack' })
    await inside(cluster).service('bare', { selector: { app: 'web' }, ipFamilyPolicy: 'PreferDualStack', clusterIP: 'None' })
    const [four = '', six = ''] = spec.clusterIPs ?? []
    const name = (service: string) => `${service}.${NAMESPACE}.svc.cluster.local`
    await eventually(async () => {
      assert.deepEqual(await resolver.resolve4(name('named')), [four])
      assert.deepEqual(await resolver.resolve6(name('named')), [six])
      assert.deepEqual((await resolver.resolve6(name('bare'))).toSorted(), web.map(sixOf).toSorted())
      for (const address of [four, six]) assert.deepEqual(await resolver.reverse(address), [name('named')])
      for (const address of web.map(sixOf)) assert((await resolver.reverse(address)).some(found => found.endsWith(name('bare'))))
    }, PATIENCE)
    assert.match((await inside(cluster).ask('asks-2', `${name('named')}:80`))[0] ?? '', /^web-[12]$/)
  })
})

for (const order of [['six', 'four'], ['six']] as const)
  test(`a cluster of ${order.length === 1 ? 'IPv6 alone' : 'IPv6 before IPv4'}: its API, its names and its services are reached from pods`, async () => {
    await using _ = await makeOutside()
    await using cluster = await startNodeCluster(['agnhost'], free => bothOf(free, order))
    await cluster.namespace(NAMESPACE)
    const { start, service, ask } = inside(cluster)
    const pod = await start(server({ name: 'six-1', labels: { app: 'six' } }))
    await start(client('asker'))
    assert.deepEqual(
      ips(pod).map(isIPv6),
      order.map(family => family === 'six'),
    )
    assert.equal(pod.status.podIP, ips(pod)[0])
    const { spec } = await service('six', { ipFamilyPolicy: 'PreferDualStack' })
    assert.deepEqual(
      spec.clusterIPs?.map(isIPv6),
      order.map(family => family === 'six'),
    )
    for (const to of [...(spec.clusterIPs ?? []).map(address => at(address, 80)), `six.${NAMESPACE}:80`, 'six:80'])
      await eventually(async () => assert.deepEqual(await ask('asker', to), ['six-1'], to), PATIENCE)
    const from = { namespace: NAMESPACE, pod: 'asker' }
    // It speaks TLS: that it answers at all is what is asked for.
    assert.match(await askInVain(cluster, from, { to: 'kubernetes.default:443' }), /ended the connection|answered 400/)
    assert.equal((await cluster.ok(['exec', '-n', NAMESPACE, 'six-1', '--', 'hostname'])).trim(), 'six-1')
  })
