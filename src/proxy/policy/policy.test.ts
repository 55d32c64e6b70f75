/** Rules by which policies let packets through, told by an interpreter of what would stand in the tables. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contains, firstOf, lastOf, parseAddress, parseCidr } from '#base/cidr.ts'
import type { NetworkPolicy } from '#kinds/networking/network-policy.ts'
import { RULE_END } from '../entries.ts'
import { IPV4, IPV6 } from '../family.ts'
import { blockRanges } from './blocks.ts'
import { bookOf } from './book.ts'
import { compiled } from './compiled.ts'
import { podShare, type PolicyPod } from './pod-share.ts'
import { policyShare } from './policy-share.ts'
import { portRanges } from './port-ranges.ts'

/** The pods of all rows: by name, their namespace, label and address. Each serves `http` on 80 by TCP and `dns` on 53 by UDP. */
const PODS: Readonly<Record<string, PolicyPod>> = Object.fromEntries(
  [
    ['a', 'one', '10.0.0.1', true],
    ['b', 'one', '10.0.0.2', true],
    ['far', 'one', '10.0.1.1', false],
    ['c', 'two', '10.0.0.3', true],
  ].map(([app, namespace, address, isHere]) => [
    app,
    {
      namespace,
      labels: { app },
      addresses: [address],
      ports: [
        { name: 'http', protocol: 'TCP', number: 80 },
        { name: 'dns', protocol: 'UDP', number: 53 },
      ],
      isHere,
    } as PolicyPod,
  ]),
)
const OUTSIDE = '192.0.2.7'
const addressOf = (name: string) => PODS[name]?.addresses[0] ?? OUTSIDE
const namespaceLabels = (namespace: string) => ({ name: namespace })

type Spec = Partial<NetworkPolicy['spec']>
const policy = (name: string, spec: object, namespace = 'one') => ({ metadata: { name, namespace }, spec: spec as Spec }) as NetworkPolicy

/** All entries, elements by the set or map in which they are. */
function tableOf(policies: readonly NetworkPolicy[]) {
  const ready = policies.map(compiled)
  const around = { families: [IPV4], book: bookOf(ready), namespaceLabels }
  const shares = [...ready.map(one => policyShare(one, [IPV4])), ...Object.values(PODS).map(pod => podShare(pod, around))]
  const table = new Map<string, Map<string, string>>()
  for (const [id, value] of shares.flatMap(share => [...share])) {
    const [, place = '', ...key] = id.split(' ')
    table.set(place, (table.get(place) ?? new Map()).set(key.join(' '), value))
  }
  return table
}
interface Packet {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly port: number
}
type Table = ReturnType<typeof tableOf>
/** Whether both hooks let the packet through, as the kernel would go through the rules. */
const passes = (table: Table, packet: Packet): boolean =>
  (['egress', 'ingress'] as const).every(direction => {
    const verdict = table.get(direction)?.get(direction === 'egress' ? packet.from : packet.to)
    return verdict === undefined || run(table, verdict.replace('goto ', ''), packet) === 'accept'
  })
function run(table: Table, chain: string, packet: Packet): string {
  const rules = table.get('chain')?.get(chain) ?? assert.fail(`no chain ${chain}`)
  for (const rule of rules.split(RULE_END)) {
    const [, matches = '', verdict = ''] = /^(.*?) ?(accept|drop|return|jump \S+)$/.exec(rule) ?? assert.fail(rule)
    if (!matchesPacket(table, matches, packet)) continue
    if (!verdict.startsWith('jump ')) return verdict
    const outcome = run(table, verdict.slice('jump '.length), packet)
    if (outcome !== 'return') return outcome
  }
  return 'return'
}
function matchesPacket(table: Table, text: string, { from, to, protocol, port }: Packet): boolean {
  let rest = text
  while (rest) {
    const [whole, field = '', set, anonymous = ''] = /^(.+?) (?:@(\S+)|\{ (.+?) \}) ?/.exec(rest) ?? assert.fail(rest)
    const value = { 'ip saddr': from, 'ip daddr': to, 'meta l4proto . th dport': `${protocol} . ${port}` }[field]
    const whatever = value ?? `${to} . ${protocol} . ${port}`
    if (set ? !elementsOf(table, set).has(whatever) : !anonymous.split(', ').some(range => isIn(whatever, range))) return false
    rest = rest.slice(whole.length)
  }
  return true
}
function elementsOf(table: Table, set: string): ReadonlyMap<string, string> {
  assert(table.get('set')?.has(set), `no set ${set}`)
  return table.get(set) ?? new Map()
}
function isIn(value: string, range: string): boolean {
  const number = (text: string) => parseAddress(text)?.bits ?? BigInt(text)
  const [head, tail] = [value, range].map(text => text.split(' . '))
  if (head?.length === 2 && head[0] !== tail?.[0]) return false
  const [first = '', last = first] = (tail?.at(-1) ?? '').split('-')
  const wanted = number(head?.at(-1) ?? '')
  return number(first) <= wanted && wanted <= number(last)
}

interface Row {
  readonly policies: readonly NetworkPolicy[]
  /** `a>b` by TCP on 80, or `a>b udp/53`. */
  readonly open?: readonly string[]
  readonly closed?: readonly string[]
}
const tcp = (port: number | string) => ({ protocol: 'TCP', port })
const ALL = { podSelector: {} }
const of = (app: string) => ({ podSelector: { matchLabels: { app } } })
const ROWS: Readonly<Record<string, Row>> = {
  'without a policy everything is open': { policies: [], open: ['a>b', 'outside>a', 'a>outside'] },
  'a policy without rules closes what it selects, in one direction': {
    policies: [policy('p', ALL)],
    open: ['a>outside', 'a>c'],
    closed: ['a>b', 'c>a', 'outside>a'],
  },
  'default deny of what goes out': {
    policies: [policy('p', { ...ALL, policyTypes: ['Egress'] })],
    open: ['c>a', 'outside>a'],
    closed: ['a>b', 'a>c', 'a>outside'],
  },
  'a policy selects pods of its own namespace only': { policies: [policy('p', ALL, 'two')], open: ['c>a', 'outside>b'], closed: ['a>c'] },
  'an empty rule opens everything': { policies: [policy('p', { ...ALL, ingress: [{}] })], open: ['c>a', 'outside>a'] },
  'pods are selected in the policy’s namespace': {
    policies: [policy('p', { ...of('b'), ingress: [{ from: [of('a'), of('c')] }] })],
    open: ['a>b'],
    closed: ['c>b', 'far>b', 'outside>b'],
  },
  'a namespace is selected with all of its pods': {
    policies: [policy('p', { ...of('b'), ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: 'two' } } }] }] })],
    open: ['c>b'],
    closed: ['a>b'],
  },
  'namespace and pod in one peer must both be right, in two peers either': {
    policies: [
      policy('and', { ...of('b'), ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: 'two' } }, ...of('a') }] }] }),
      policy('either', { ...of('a'), ingress: [{ from: [{ namespaceSelector: { matchLabels: { name: 'two' } } }, of('b')] }] }),
    ],
    open: ['b>a', 'c>a'],
    closed: ['a>b', 'c>b', 'far>a'],
  },
  'policies of one pod add up': {
    policies: [policy('p', { ...of('b'), ingress: [{ from: [of('a')] }] }), policy('q', { ...of('b'), ingress: [{ from: [of('far')] }] })],
    open: ['a>b', 'far>b'],
    closed: ['c>b'],
  },
  'ports restrict, by number, range and protocol': {
    policies: [
      policy('p', {
        ...of('b'),
        ingress: [{ ports: [{ protocol: 'TCP', port: 80 }, { protocol: 'UDP', port: 50, endPort: 60 }, { protocol: 'SCTP' }] }],
      }),
    ],
    open: ['a>b', 'a>b udp/53', 'a>b udp/60', 'a>b sctp/7'],
    closed: ['a>b tcp/81', 'a>b udp/61', 'a>b udp/80', 'a>b tcp/53'],
  },
  'peers and ports of one rule must both be right': {
    policies: [policy('p', { ...of('b'), ingress: [{ from: [of('a')], ports: [tcp(80)] }] })],
    open: ['a>b'],
    closed: ['a>b tcp/81', 'c>b'],
  },
  'a named port is that of the pod that is reached': {
    policies: [
      policy('in', { ...of('b'), ingress: [{ ports: [tcp('http')] }] }),
      policy('out', { ...of('a'), policyTypes: ['Egress'], egress: [{ to: [of('b')], ports: [{ protocol: 'UDP', port: 'dns' }] }] }),
    ],
    open: ['far>b'],
    closed: ['far>b udp/53', 'a>b', 'a>far udp/53', 'a>b udp/53'],
  },
  'a named port of whomever': {
    policies: [policy('p', { ...of('a'), policyTypes: ['Egress'], egress: [{ ports: [tcp('http')] }] })],
    open: ['a>b', 'a>c', 'a>far'],
    closed: ['a>outside', 'a>b tcp/81'],
  },
  'both ends must agree': {
    policies: [policy('in', { ...of('b'), ingress: [{ from: [of('a')] }] }), policy('out', { ...of('a'), policyTypes: ['Egress'] })],
    closed: ['a>b'],
  },
  'blocks of addresses have exceptions': {
    policies: [
      policy('p', {
        ...of('a'),
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/16', except: ['10.0.0.2/31'] } }, { ipBlock: { cidr: '192.0.2.0/24' } }] }],
      }),
    ],
    open: ['a>far', 'a>outside'],
    closed: ['a>b', 'a>c'],
  },
  'a block of all addresses is everybody': {
    policies: [policy('p', { ...ALL, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }, of('a')] }] })],
    open: ['outside>a', 'c>b'],
  },
  'a block of the other family is nobody': {
    policies: [policy('p', { ...ALL, ingress: [{ from: [{ ipBlock: { cidr: '::/0' } }] }] })],
    closed: ['a>b', 'outside>a'],
  },
  'pods of other nodes are restricted there': { policies: [policy('p', { ...of('far') })], open: ['a>far'] },
}
for (const [rule, { policies, open = [], closed = [] }] of Object.entries(ROWS))
  test(`network policy: ${rule}`, () => {
    const table = tableOf(policies)
    const through = (text: string) => {
      const [, from = '', to = '', protocol = 'tcp', port = '80'] = /^(\w+)>(\w+)(?: (\w+)\/(\d+))?$/.exec(text) ?? assert.fail(text)
      return passes(table, { from: addressOf(from), to: addressOf(to), protocol, port: Number(port) })
    }
    assert.deepEqual([open.filter(text => !through(text)), closed.filter(through)], [[], []], 'not let through; let through though closed')
  })

test('network policy: pods under the same policies share a chain, and a pod that goes leaves nothing', () => {
  const policies = [policy('p', ALL), policy('q', { ...ALL, ingress: [{ from: [of('a')] }] })].map(compiled)
  const around = { families: [IPV4, IPV6], book: bookOf(policies), namespaceLabels }
  const share = (name: string) => [...podShare(PODS[name] ?? assert.fail(), around).keys()]
  const chains = (name: string) => share(name).filter(id => id.includes(' chain '))
  assert.equal(chains('a').length, 1)
  assert.deepEqual(chains('a'), chains('b'))
  assert.deepEqual(share('c'), [])
})

test('ranges of blocks and ports do not touch', () => {
  const blocks = [{ cidr: '10.0.0.0/24', except: ['10.0.0.128/25', '10.0.0.7/32'] }, { cidr: '10.0.0.5/32' }, { cidr: '10.0.1.0/24' }]
  assert.deepEqual(blockRanges(blocks, IPV4), ['10.0.0.0-10.0.0.6', '10.0.0.8-10.0.0.127', '10.0.1.0-10.0.1.255'])
  assert.deepEqual(blockRanges(blocks, IPV6), [])
  assert.equal(blockRanges([{ cidr: '0.0.0.0/1' }, { cidr: '128.0.0.0/1' }], IPV4), undefined)
  const ports = [
    { protocol: 'TCP', port: 80 },
    { protocol: 'TCP', port: 81, endPort: 90 },
    { protocol: 'TCP', port: 85, endPort: 100 },
    { protocol: 'UDP' },
  ] as const
  assert.deepEqual(portRanges(ports), ['tcp . 80-100', 'udp . 0-65535'])
})

test('a block without its exceptions has exactly the addresses that it should', () => {
  const block = { cidr: '10.0.0.0/28', except: ['10.0.0.3/32', '10.0.0.8/30'] }
  const ranges = (blockRanges([block], IPV4) ?? []).map(range => range.split('-'))
  const whole = parseCidr(block.cidr) ?? assert.fail()
  for (let bits = firstOf(whole).bits; bits <= lastOf(whole).bits; bits++) {
    const isExcepted = block.except.some(text => contains(parseCidr(text) ?? assert.fail(), { family: 4, bits }))
    const isThere = ranges.some(
      ([first = '', last = first]) => (parseAddress(first)?.bits ?? 0n) <= bits && bits <= (parseAddress(last)?.bits ?? 0n),
    )
    assert.equal(isThere, !isExcepted, String(bits))
  }
})
