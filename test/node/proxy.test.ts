/** The proxy against a real nftables, in a network of its own: what it does when others meddle, when nft fails, and how much it writes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { run } from '#base/processes.ts'
import type { Client, Ref } from '#client/transport.ts'
import { Event } from '#kinds/core/event.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import type { KindClass } from '#kinds/declare.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import { type Proxy, type ProxyOptions, startProxy } from '#proxy/proxy.ts'
import { startWorld, type World } from '#test/integration/services/fixture.ts'
import { fakeNft } from '#test/support/fake-nft.ts'
import { inOwnNetwork } from '#test/support/own-network.ts'
import { proxyOptions } from '#test/support/proxy.ts'

const TABLE = 'knarr-test_services'
/** Policies, namespaces, pods. */
const POLICY_KINDS = 3
inOwnNetwork(import.meta.filename, 'the proxy in a network of its own', runInside)

const nft = (...words: readonly string[]) => run(['nft', ...words])
const list = (family: 'ip' | 'ip6' = 'ip') => nft('list', 'table', family, TABLE)

interface Scene extends AsyncDisposable {
  readonly world: World
  readonly proxy: Proxy
}
async function scene(more: Partial<ProxyOptions> = {}): Promise<Scene> {
  const stack = new AsyncDisposableStack()
  stack.adopt(
    setInterval(() => undefined, 60_000),
    clearInterval,
  )
  const world = stack.use(await startWorld())
  await world.client.create(Node, { metadata: { name: 'here' } })
  const proxy = stack.use(proxyOf(world, { checkEveryMs: 60_000, ...more }))
  await proxy.ready
  return { world, proxy, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() }
}
const proxyOf = ({ client }: World, more: Partial<ProxyOptions> = {}): Proxy =>
  startProxy({
    ...proxyOptions(client, TABLE),
    podRanges: ['10.42.0.0/16', 'fd00:42::/56'],
    nodeRanges: ['10.42.0.0/24', 'fd00:42::/64'],
    serviceRanges: ['10.96.0.0/16', 'fd00:43::/112'],
    status: { health: 0, metrics: 0 },
    ...more,
  })
/** A client that hears of kinds when it is told to, and tells which it has asked for. */
function slow({ client }: World, isHeld: (kind: KindClass<never>) => boolean) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const heard: KindClass<never>[] = []
  const list: Client['list'] = async (kind, options) => {
    if (isHeld(kind as never)) await promise
    const found = await client.list(kind, options)
    heard.push(kind as never)
    return found
  }
  return { client: Object.create(client, { list: { value: list } }) as Client, heard, release: resolve }
}
/** Processor time of the programs that this process has run to their end (proc_pid_stat(5)). */
function childSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) / 100
}
const podAt = (ip: string) =>
  ({
    metadata: { name: 'guarded', namespace: 'default', labels: { app: 'web' } },
    spec: { nodeName: 'here', containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080, hostPort: 8088 }] }] },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
  }) as unknown as Partial<Pod>
/** With each kind of peer and port. */
const POLICY = {
  metadata: { name: 'strict', namespace: 'default' },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/24', except: ['10.0.0.128/25'] } }, { ipBlock: { cidr: '10.0.0.64/26' } }],
        ports: [{ port: 'http' }, { port: 8000, endPort: 8100 }, { protocol: 'UDP' }],
      },
    ],
    egress: [{}],
  },
} as unknown as Partial<NetworkPolicy>
/** How often is looked for what others do, where that is what a test is about. */
const OFTEN = { checkEveryMs: 50, countEveryMs: 50 }
const told = (world: World, reason: string, pattern: RegExp) =>
  world.until(async () =>
    (await world.client.list(Event)).items.find(event => event.reason === reason && pattern.test(event.message ?? '')),
  )
const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.42.${i >> 8}.${i & 255}`)
const endpoints = (pods: readonly string[]) => pods.map(address => ({ addresses: [address], nodeName: 'there' }))
async function serve({ client }: World, name: string, pods: readonly string[], spec: object = {}): Promise<Service> {
  const made = await client.create(Service, {
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ name: 'p', port: 80, protocol: 'TCP' }], ...spec },
  } as unknown as Partial<Service>)
  await client.create(EndpointSlice, {
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'p', port: 8080, protocol: 'TCP' }],
    endpoints: endpoints(pods),
  } as unknown as Partial<EndpointSlice>)
  return made
}
const move = ({ client }: World, name: string, pods: readonly string[]) =>
  client.patch(EndpointSlice, { namespace: 'default', name }, 'merge', { endpoints: endpoints(pods) })
const shows = (world: World, ...texts: readonly string[]) =>
  world.until(async () => {
    const table = await list().catch(() => '')
    return texts.every(text => table.includes(text))
  })

function runInside(): void {
  test('a change is written in as few bytes among many services as among few', async () => {
    await using stage = await scene()
    const { world, proxy } = stage
    await serve(world, 'web', addresses(4))
    await shows(world, '10.42.0.3 . 8080')
    const cost = async (pods: readonly string[], shown: string) => {
      const before = proxy.figures.bytes
      await move(world, 'web', pods)
      await shows(world, shown)
      return proxy.figures.bytes - before
    }
    const few = await cost([...addresses(3), '10.42.9.1'], '10.42.9.1 . 8080')
    for (let i = 0; i < 200; i++) await serve(world, `other-${i}`, addresses(4))
    await world.until(async () => (await list()).split(' . 8080').length > 800)
    const many = await cost([...addresses(3), '10.42.9.2'], '10.42.9.2 . 8080')
    assert.equal(many, few)
    assert(many <= 400, `${many} bytes for one endpoint`)
  })

  test('nothing is written before all that is there is known, policies or not', async () => {
    await using world = await startWorld()
    await world.client.create(Node, { metadata: { name: 'here' } })
    await serve(world, 'early', ['10.42.9.9'])
    const services = slow(world, kind => kind === (Service as unknown))
    const policies = slow(world, () => false)
    await using proxy = proxyOf(world, { client: services.client, policyClient: policies.client })
    await world.until(async () => policies.heard.length === POLICY_KINDS)
    await world.until(async () => services.heard.length > 0)
    assert.equal(proxy.figures.runs, 0)
    services.release()
    await proxy.ready
    assert.equal(proxy.figures.runs, 1)
    assert.match(await list(), /10\.42\.9\.9/)
  })

  test('what others do to the table is put right, and what is theirs is left alone', async () => {
    await using stage = await scene(OFTEN)
    const { world, proxy } = stage
    await nft('add', 'table', 'ip', 'theirs', '{ chain c { counter; } ; }')
    const theirs = await nft('list', 'table', 'ip', 'theirs')
    const { spec } = await serve(world, 'web', addresses(2))
    const own = [`${spec.clusterIP} . tcp . 80 : goto pick-tcp-2`, '10.42.0.1 . 8080', 'numgen random mod 2 map @endpoints-tcp']
    await shows(world, ...own)
    for (const deed of [
      ['delete', 'table', 'ip', TABLE],
      ['delete', 'table', 'ip6', TABLE],
      ['flush', 'table', 'ip', TABLE],
      ['flush', 'map', 'ip', TABLE, 'services'],
      ['delete', 'element', 'ip', TABLE, 'services', `{ ${spec.clusterIP} . tcp . 80 }`],
      ['flush', 'map', 'ip', TABLE, 'endpoints-tcp'],
      ['flush', 'chain', 'ip', TABLE, 'pick-tcp-2'],
      ['flush', 'chain', 'ip6', TABLE, 'postrouting', '; delete', 'chain', 'ip6', TABLE, 'postrouting'],
      ['add', 'rule', 'ip', TABLE, 'prerouting', 'drop'],
    ]) {
      const { repairs } = proxy.figures
      await nft(...deed)
      await world.until(async () => proxy.figures.repairs > repairs)
      await shows(world, ...own)
      await world.until(async () => (await list('ip6').catch(() => '')).includes('chain postrouting'))
    }
    await told(world, 'ServiceRulesPutBack', /it is gone, or empty/)
    await told(world, 'ServiceRulesPutBack', /services of family ip has 1 elements instead of 2/)
    await told(world, 'ServiceRulesPutBack', /chain postrouting of family ip6 is gone/)
    const events = await world.until(async () => {
      const { items } = await world.client.list(Event)
      return items.some(({ reason }) => reason === 'ServiceRulesPutBack') && items
    })
    assert(events.every(({ involvedObject }) => involvedObject.name === 'here'))
    assert.equal(await nft('list', 'table', 'ip', 'theirs'), theirs)
  })

  test('while nft fails it is tried again, the node is told, and in the end all is there', async () => {
    using fake = fakeNft()
    await using stage = await scene()
    const { world } = stage
    fake.become('broken')
    const { spec } = await serve(world, 'web', addresses(1))
    await told(world, 'FailedToUpdateServiceRules', /no space left/)
    const { metrics, health } = (await stage.proxy.status) ?? assert.fail('it tells nothing')
    const figure = async (name: string) =>
      Number(new RegExp(`^kubeproxy_${name}\\S* (\\S+)$`, 'm').exec(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text())?.[1])
    assert((await figure('sync_proxy_rules_nftables_sync_failures_total')) > 0)
    assert.equal(await figure('sync_proxy_rules_service_changes_pending'), 1)
    const answer = await fetch(`http://127.0.0.1:${health}/healthz`)
    assert.equal(answer.status, 200, 'a failure of a moment ago does not make it sick')
    assert.equal(((await answer.json()) as { nodeEligible: boolean }).nodeEligible, true)
    fake.become('sound')
    await shows(world, `${spec.clusterIP} . tcp . 80 : goto pick-tcp-1`)
    await world.until(async () => (await figure('sync_proxy_rules_service_changes_pending')) === 0)
    assert((await figure('sync_proxy_rules_duration_seconds_count')) > 0)
    await world.client.patch(Node, { name: 'here' }, 'merge', {
      spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
    })
    const answers = (path: string) => fetch(`http://127.0.0.1:${health}/${path}`).then(({ status }) => status)
    await world.until(async () => (await answers('healthz')) === 503)
    assert.equal(await answers('livez'), 200)
  })

  test('how late endpoints are in the kernel is told, from the time of the change that their controller noted', async () => {
    await using stage = await scene()
    const { world, proxy } = stage
    await serve(world, 'web', addresses(1))
    // Its pods are elsewhere.
    await serve(world, 'local', addresses(1), { internalTrafficPolicy: 'Local' })
    await shows(world, '10.42.0.0 . 8080', ': drop')
    const { metrics } = (await proxy.status) ?? assert.fail('it tells nothing')
    const told = async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    const figure = async (series: string) =>
      Number(
        (await told())
          .split('\n')
          .find(line => line.startsWith(`kubeproxy_${series} `))
          ?.split(' ')
          .at(-1),
      )
    assert.equal(await figure('network_programming_duration_seconds_count{ip_family="IPv4"}'), 0)
    const since = Date.now()
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': new Date(since).toISOString() }
    await world.client.patch(EndpointSlice, { namespace: 'default', name: 'web' }, 'merge', {
      metadata: { annotations },
      endpoints: endpoints(['10.42.0.9']),
    })
    await shows(world, '10.42.0.9 . 8080')
    await world.until(async () => (await figure('network_programming_duration_seconds_count{ip_family="IPv4"}')) === 1)
    const seconds = await figure('network_programming_duration_seconds_sum{ip_family="IPv4"}')
    assert(seconds > 0 && seconds <= (Date.now() - since) / 1_000, String(seconds))
    assert.equal(await figure('sync_proxy_rules_no_local_endpoints_total{ip_family="IPv4",traffic_policy="internal"}'), 1)
  })

  test('while nobody meddles nothing is put back, whatever stands in the table', async () => {
    await using stage = await scene(OFTEN)
    const { world, proxy } = stage
    await world.client.create(Pod, podAt('10.42.0.1'))
    await world.client.create(NetworkPolicy, POLICY)
    await serve(world, 'sticky', addresses(3), { sessionAffinity: 'ClientIP' })
    const balanced = await serve(world, 'balanced', addresses(2), {
      type: 'LoadBalancer',
      externalIPs: ['198.51.100.1'],
      loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24', '192.0.2.64/26'],
      externalTrafficPolicy: 'Local',
    })
    const status = { loadBalancer: { ingress: [{ ip: '198.51.100.2' }] } }
    await world.client.patch(Service, balanced.metadata as Ref, 'merge', { status }, { subresource: 'status' })
    await serve(world, 'nobody', [])
    await shows(world, 'goto sticky-', '198.51.100.2', '192.0.2.0/24', '10.0.0.0-10.0.0.127', 'peers-', 'ports-')
    for (let i = 0; i < 20; i++) {
      await move(world, 'sticky', addresses(1 + (i % 3)))
      const { counts } = proxy.figures
      await world.until(async () => proxy.figures.counts > counts)
    }
    assert.equal(proxy.figures.repairs, 0)
  })

  for (const [how, cause] of [
    ['hangs', /it has not ended after 0\.3 s, and was ended; "\.\/knarr doctor" has the cure/],
    ['is missing', /it is not installed; "\.\/knarr doctor" has the cure/],
  ] as const)
    test(`while nft ${how} its rules go on, the node is told why, nobody is blamed, and then nothing is lost`, async () => {
      using fake = fakeNft()
      await using stage = await scene({ checkEveryMs: 50, nftMaxMs: 300 })
      const { world, proxy } = stage
      const before = await serve(world, 'before', addresses(1))
      await shows(world, `${before.spec.clusterIP} . tcp . 80 : goto pick-tcp-1`)
      if (how === 'hangs') fake.become('hanging')
      else fake.remove()
      // It is missed also when nothing has to be written.
      await told(world, 'FailedToUpdateServiceRules', cause)
      const meanwhile = await serve(world, 'meanwhile', ['10.42.9.9'])
      await move(world, 'before', ['10.42.9.8'])
      fake.become('sound')
      assert.match(await list(), /10\.42\.0\.0 \. 8080/, 'what was there stays')
      await shows(world, `${meanwhile.spec.clusterIP} . tcp . 80 : goto pick-tcp-1`, '10.42.9.9 . 8080', '10.42.9.8 . 8080')
      const { items } = await world.client.list(Event)
      assert.deepEqual([proxy.figures.repairs, items.filter(({ reason }) => reason === 'ServiceRulesPutBack')], [0, []])
    })

  test('endpoints that flap a hundred times a second take a part of a processor and few bytes, and the last word counts', async () => {
    await using stage = await scene()
    const { world, proxy } = stage
    await serve(world, 'web', addresses(2))
    await serve(world, 'calm', ['10.42.8.8'])
    await shows(world, '10.42.0.1 . 8080', '10.42.8.8 . 8080')
    const { runs, bytes } = proxy.figures
    const [begun, used] = [performance.now(), childSeconds()]
    const FLAPS = 300
    for (let i = 0; i < FLAPS; i++) {
      await move(world, 'web', addresses(i % 2 ? 2 : 1))
      // Not sooner than a hundred times a second allows.
      while (performance.now() - begun < 10 * i) await new Promise(setImmediate)
    }
    const seconds = (performance.now() - begun) / 1_000
    const load = (childSeconds() - used) / seconds
    await move(world, 'web', ['10.42.9.9'])
    await shows(world, '10.42.9.9 . 8080', '10.42.8.8 . 8080', 'goto pick-tcp-1')
    assert(!(await list()).includes('10.42.0.1 . 8080'))
    assert(proxy.figures.runs - runs < FLAPS, `${proxy.figures.runs - runs} runs`)
    assert((proxy.figures.bytes - bytes) / FLAPS < 400, `${proxy.figures.bytes - bytes} bytes for ${FLAPS} changes`)
    assert(load < 0.5, `nft takes ${load} of a processor`)
  })

  test('sticky services have chains and sets, which go with them', async () => {
    await using stage = await scene()
    const { world } = stage
    await serve(world, 'web', addresses(2), { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 77 } } })
    await shows(world, 'timeout 1m17s', 'goto sticky-')
    await move(world, 'web', addresses(1))
    await world.until(async () => (await list()).split('set clients-').length === 2)
    await world.client.delete(Service, { namespace: 'default', name: 'web' })
    await world.until(async () => !/clients-|sticky-|backend-/.test(await list()))
  })
}
