/** What is answered to which question: the cluster's names, by the specification and CoreDNS. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { parseCidr } from '#base/cidr.ts'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { seededRandom } from '#base/random.ts'
import type { Service } from '#kinds/core/service.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { question, readReply } from '#test/support/dns/packets.ts'
import { Forwarder } from './forward/forwarder.ts'
import { canonical, type ClusterView, serviceNameOf } from './names/view.ts'
import { Resolver } from './resolver.ts'
import { readSettings } from './settings.ts'

const service = (name: string, spec: object): Service =>
  ({ metadata: { name, namespace: 'shop' }, spec: { type: 'ClusterIP', ...spec } }) as unknown as Service
const slice = (of: string, endpoints: readonly object[], ports: readonly object[] = []): EndpointSlice =>
  ({
    metadata: { name: `${of}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
    endpoints,
    ports,
  }) as unknown as EndpointSlice
const port = (name: string, number: number, protocol = 'TCP') => ({ name, protocol, port: number })
const ip = (...clusterIPs: string[]) => ({ clusterIP: clusterIPs[0], clusterIPs })
const headless = { clusterIP: 'None', clusterIPs: ['None'] }

const SERVICES = [
  service('web', { ...ip('10.96.0.7'), ports: [port('http', 80), port('dns', 53, 'UDP')] }),
  service('dual', { ...ip('10.96.0.8', 'fd00::8'), ports: [port('', 80)] }),
  service('db', { ...headless, ports: [port('mysql', 3306)] }),
  service('bare', headless),
  service('idle', { ...headless, ports: [port('http', 80)] }),
  service('many', { ...headless, ports: [port('http', 80)] }),
  service('out', { type: 'ExternalName', externalName: 'Example.com.' }),
  service('near', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
  service('self', { type: 'ExternalName', externalName: 'self.shop.svc.cluster.local' }),
  service('long', { type: 'ExternalName', externalName: `${'a'.repeat(64)}.test` }),
  service('number', { type: 'ExternalName', externalName: '1.2.3.4' }),
]
const SLICES = [
  slice(
    'db',
    [
      { addresses: ['10.42.0.5'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.42.0.6'], conditions: {} },
      { addresses: ['10.42.0.9'], hostname: 'db-2', conditions: { ready: false } },
    ],
    [port('mysql', 3306)],
  ),
  slice('db', [{ addresses: ['fd00::5'], hostname: 'db-0' }], [port('mysql', 3306)]),
  slice('db', [{ addresses: ['db.example.test'] }], [port('mysql', 3306)]),
  slice('bare', [{ addresses: ['10.42.0.5'], hostname: 'a' }]),
  slice('idle', [{ addresses: ['10.42.0.7'], conditions: { ready: false } }], [port('http', 80)]),
  slice(
    'many',
    Array.from({ length: 100 }, (_, i) => ({ addresses: [`10.42.1.${i}`] })),
    [port('http', 80)],
  ),
]
const view: ClusterView = {
  hasNamespace: name => name === 'shop',
  service: (namespace, name) => SERVICES.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  slices: (namespace, name) => SLICES.filter(one => one.metadata.namespace === namespace && serviceNameOf(one) === name),
  servicesAt: address => SERVICES.filter(({ spec }) => spec.clusterIPs?.includes(address)),
  namespaceAt: address => (address === '10.42.0.50' ? 'shop' : undefined),
  slicesAt: address => SLICES.filter(({ endpoints }) => endpoints.some(({ addresses }) => addresses.map(canonical).includes(address))),
}
const LONG = `${'a'.repeat(64)}.test`
const settings = readSettings({ hosts: `192.0.2.9 ${LONG} registry.test Mirror.test # ours\nfd00::9 registry.test\n`, upstreams: '' })
/** Nothing that is logged here is expected. */
const failing = { ...silentLog, error: (fields: object) => assert.fail(inspect(fields)) }
function resolver(): Resolver {
  const forwarder = new Forwarder({ clock: systemClock, random: seededRandom(1), log: silentLog })
  const ranges = ['10.96.0.0/16', '10.42.0.0/16'].flatMap(range => parseCidr(range) ?? [])
  const nodeResolver = () => ({ upstreams: [], searches: ['corp.test'] })
  return new Resolver({
    view,
    domain: 'cluster.local',
    servers: ['10.96.0.10'],
    ranges,
    forwarder,
    nodeResolver,
    settings: () => settings,
    log: failing,
  })
}
async function ask(name: string, type: string, { of = resolver(), client }: { of?: Resolver; client?: string } = {}) {
  const answer = await of.answer(question(name, type), 'udp', client)
  assert(answer)
  return readReply(answer)
}
const SOA = /^cluster\.local 5 SOA ns\.dns\.cluster\.local hostmaster\.cluster\.local /

/** Question, type, and the data of the answers; `NODATA` and codes where there are none. */
const ROWS: readonly (readonly [rule: string, name: string, type: string, answers: readonly string[] | string])[] = [
  ['a service has its address', 'web.shop.svc.cluster.local', 'A', ['10.96.0.7']],
  ['letters have no case', 'WEB.Shop.SVC.cluster.LOCAL', 'A', ['10.96.0.7']],
  ['a service of one family has no address of the other', 'web.shop.svc.cluster.local', 'AAAA', 'NODATA'],
  ['a service of both families, first', 'dual.shop.svc.cluster.local', 'A', ['10.96.0.8']],
  ['a service of both families, second', 'dual.shop.svc.cluster.local', 'AAAA', ['fd00::8']],
  ['what is not there', 'none.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['of a namespace that is not there', 'web.none.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a namespace is there without records', 'shop.svc.cluster.local', 'A', 'NODATA'],
  ['svc is there without records', 'svc.cluster.local', 'A', 'NODATA'],
  ['pod is there without records', 'pod.cluster.local', 'A', 'NODATA'],
  ['the domain is there without address', 'cluster.local', 'A', 'NODATA'],
  ['the search domain of hosts outside', 'example.com.cluster.local', 'A', 'NXDOMAIN'],
  ['no wildcard', '*.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['no wildcard for namespaces', 'web.*.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['no wildcard for ports', '*._tcp.web.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['a named port', '_http._tcp.web.shop.svc.cluster.local', 'SRV', ['0 100 80 web.shop.svc.cluster.local']],
  ['a named port has the address of its service', '_http._tcp.web.shop.svc.cluster.local', 'A', ['10.96.0.7']],
  ['a port of another protocol', '_http._udp.web.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['a port without underscores', 'http.tcp.web.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['all ports', 'web.shop.svc.cluster.local', 'SRV', ['0 50 80 web.shop.svc.cluster.local', '0 50 53 web.shop.svc.cluster.local']],
  ['a headless service has its ready endpoints', 'db.shop.svc.cluster.local', 'A', ['10.42.0.5', '10.42.0.6']],
  ['and those of the other family', 'db.shop.svc.cluster.local', 'AAAA', ['fd00::5']],
  ['an endpoint with a host name', 'db-0.db.shop.svc.cluster.local', 'A', ['10.42.0.5']],
  ['and its other address', 'db-0.db.shop.svc.cluster.local', 'AAAA', ['fd00::5']],
  ['an endpoint without a host name is called by its address', '10-42-0-6.db.shop.svc.cluster.local', 'A', ['10.42.0.6']],
  ['an endpoint with a host name is not', '10-42-0-5.db.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['an endpoint that is not ready', 'db-2.db.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  [
    'a named port of a headless service',
    '_mysql._tcp.db.shop.svc.cluster.local',
    'SRV',
    ['0 50 3306 db-0.db.shop.svc.cluster.local', '0 50 3306 10-42-0-6.db.shop.svc.cluster.local'],
  ],
  ['a headless service without ports', 'bare.shop.svc.cluster.local', 'A', ['10.42.0.5']],
  ['has no locations', 'bare.shop.svc.cluster.local', 'SRV', 'NODATA'],
  ['a headless service without ready endpoints', 'idle.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a pod by its address', '10-42-0-5.shop.pod.cluster.local', 'A', ['10.42.0.5']],
  ['a pod by any address', '1-2-3-4.shop.pod.cluster.local', 'A', ['1.2.3.4']],
  ['a pod by an address of the other family', 'fd00--5.shop.pod.cluster.local', 'AAAA', ['fd00::5']],
  ['a pod by its address has no other records', '10-42-0-5.shop.pod.cluster.local', 'AAAA', 'NODATA'],
  ['a pod by what is no address', 'web.shop.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['a pod of no namespace', '1-2-3-4.none.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['an external name, of which nobody can be asked', 'out.shop.svc.cluster.local', 'A', ['example.com']],
  ['an external name that is asked for', 'out.shop.svc.cluster.local', 'CNAME', ['example.com']],
  ['an external name inside', 'near.shop.svc.cluster.local', 'A', ['web.shop.svc.cluster.local', '10.96.0.7']],
  ['an external name has no ports', '_http._tcp.out.shop.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['an external name that is an address', 'number.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['an external name that is no name', 'long.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['an external name that is its own', 'self.shop.svc.cluster.local', 'A', Array.from({ length: 9 }, () => 'self.shop.svc.cluster.local')],
  ['the schema version', 'dns-version.cluster.local', 'TXT', ['1.1.0']],
  ['the server', 'cluster.local', 'NS', ['ns.dns.cluster.local']],
  ['and its address', 'ns.dns.cluster.local', 'A', ['10.96.0.10']],
  ['the name of a service address', '7.0.96.10.in-addr.arpa', 'PTR', ['web.shop.svc.cluster.local']],
  ['of the other family', `${'8.'.padEnd(56, '0.')}0.0.d.f.ip6.arpa`, 'PTR', ['dual.shop.svc.cluster.local']],
  [
    'the names of an endpoint, given ones first',
    '5.0.42.10.in-addr.arpa',
    'PTR',
    ['db-0.db.shop.svc.cluster.local', 'a.bare.shop.svc.cluster.local'],
  ],
  ['the name of an address of ours that nobody has', '200.0.42.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
  ['a host of the hosts block', 'registry.TEST', 'A', ['192.0.2.9']],
  ['with its other address', 'registry.test', 'AAAA', ['fd00::9']],
  ['under its second name', 'mirror.test', 'A', ['192.0.2.9']],
  ['without other records', 'mirror.test', 'AAAA', 'NODATA'],
  ['by its address', '9.2.0.192.in-addr.arpa', 'PTR', ['registry.test', 'mirror.test']],
  ['other names, of which nobody can be asked', 'example.com', 'A', 'SERVFAIL'],
  ['a whole zone', 'cluster.local', 'AXFR', 'REFUSED'],
]
describe('answers', () => {
  for (const [rule, name, type, expected] of ROWS)
    test(rule, async () => {
      const { code, answers, authorities, id, packet } = await ask(name, type)
      assert.equal(id, 7)
      assert.deepEqual(packet.questions?.[0]?.name, name, 'the question is repeated as it was asked')
      const datas = answers.map(answer => answer.split(' ').slice(3).join(' '))
      if (typeof expected !== 'string') {
        assert.equal(code, 'NOERROR')
        assert.deepEqual(datas, expected)
        return
      }
      assert.deepEqual(datas, [])
      assert.equal(code, expected === 'NODATA' ? 'NOERROR' : expected)
      if (expected !== 'NODATA' && expected !== 'NXDOMAIN') return
      assert.equal(authorities.length, 1)
      if (name.endsWith('.cluster.local')) assert.match(authorities[0] ?? '', SOA)
    })
})

test('locations come with the addresses of their hosts', async () => {
  const { additionals } = await ask('_mysql._tcp.db.shop.svc.cluster.local', 'SRV')
  assert.deepEqual(additionals.toSorted(), [
    '10-42-0-6.db.shop.svc.cluster.local 5 A 10.42.0.6',
    'db-0.db.shop.svc.cluster.local 5 A 10.42.0.5',
    'db-0.db.shop.svc.cluster.local 5 AAAA fd00::5',
  ])
})
describe('the rest of a search list', () => {
  const rows = [
    ['has no records for a pod that finds the name in its namespace', 'web.svc.cluster.local', '10.42.0.50', 'NOERROR'],
    ['down to the domain', 'web.cluster.local', '10.42.0.50', 'NOERROR'],
    ['with names of several labels', 'db-0.db.svc.cluster.local', '10.42.0.50', 'NOERROR'],
    ['is not there for a pod that does not', 'none.svc.cluster.local', '10.42.0.50', 'NXDOMAIN'],
    ['is not there for others', 'web.svc.cluster.local', '10.42.0.51', 'NXDOMAIN'],
    ['is nothing below a namespace', 'web.none.svc.cluster.local', '10.42.0.50', 'NXDOMAIN'],
  ] as const
  for (const [rule, name, client, expected] of rows)
    test(rule, async () => {
      const { code, answers } = await ask(name, 'A', { client })
      assert.deepEqual([code, answers], [expected, []])
    })
})
test('endpoints of a service take turns at the beginning', async () => {
  const one = resolver()
  const firsts = new Set<string | undefined>()
  for (let i = 0; i < 4; i++) {
    const { answers } = await ask('db.shop.svc.cluster.local', 'A', { of: one })
    assert.deepEqual(answers.toSorted(), ['db.shop.svc.cluster.local 5 A 10.42.0.5', 'db.shop.svc.cluster.local 5 A 10.42.0.6'])
    firsts.add(answers[0])
  }
  assert.equal(firsts.size, 2)
})
describe('sizes', () => {
  const name = 'many.shop.svc.cluster.local'
  const rows = [
    ['an old client over UDP gets 512 bytes and is told that there is more', {}, 'udp', 512, true],
    ['a client that takes more gets more', { udpMax: 1_000 }, 'udp', 1_000, true],
    ['but no more than passes unfragmented', { udpMax: 4_096 }, 'udp', 1_232, true],
    ['a client that says that it takes next to nothing gets the usual', { udpMax: 12 }, 'udp', 512, true],
    ['over TCP it gets everything', {}, 'tcp', 65_535, false],
  ] as const
  for (const [rule, asking, transport, max, isTruncated] of rows)
    test(rule, async () => {
      const bytes = await resolver().answer(question(name, 'A', asking), transport)
      assert(bytes && bytes.length <= max)
      const reply = readReply(bytes)
      assert.equal(reply.isTruncated, isTruncated)
      assert(isTruncated ? reply.answers.length > 20 && reply.answers.length < 100 : reply.answers.length === 100)
      assert.equal(reply.packet.additionals?.some(({ type }) => type === 'OPT') ?? false, 'udpMax' in asking)
    })
  test('addresses of hosts are left out before locations are', async () => {
    const bytes = await resolver().answer(question('_mysql._tcp.db.shop.svc.cluster.local', 'SRV'), 'udp')
    assert(bytes && !readReply(bytes).isTruncated)
  })
})
test('a flood of names that are not there leaves nothing behind', async () => {
  const one = resolver()
  for (let i = 0; i < 30_000; i++) await one.answer(question(`n${i}.shop.svc.cluster.local`, 'A'), 'udp')
  assert.equal(one.kept, 0)
  for (let i = 0; i < 30_000; i++)
    await one.answer(question(`10-${i >> 16}-${(i >> 8) & 255}-${i & 255}.shop.pod.cluster.local`, 'A'), 'udp')
  assert(one.kept <= 10_000)
})
