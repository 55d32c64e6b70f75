/** Rules by which a cluster's things are named and found on the machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkConfig } from '../runtime/network.ts'
import { gatewaysIn, mountsBelow } from './leftovers.ts'
import { dnsLink, nodeLink } from './names.ts'
import { natRules } from './network.ts'
import { inodeOn } from './port-owner.ts'
import { dnsPort } from './prerequisites.ts'

test('links of pods are found by the gateway that their configuration implies', () => {
  const config = networkConfig({ name: 'k', podCIDRs: ['10.42.0.0/24', 'fd00:42::/64'], dataFolder: '/d' })
  assert.deepEqual(gatewaysIn(JSON.stringify(config)), ['10.42.0.1', 'fd00:42::1'])
  assert.deepEqual(gatewaysIn('{"plugins":[{"type":"calico"}]}'), [])
})

test('a long cluster name still gives a link name that the kernel takes, and its own', () => {
  for (const [nameOf, short] of [
    [dnsLink, 'kd-dev'],
    [(cluster: string) => nodeLink(cluster, 2), 'kn-02-dev'],
  ] as const) {
    const names = ['a-very-long-cluster-1', 'a-very-long-cluster-2', 'dev'].map(nameOf)
    assert(names.every(name => name.length <= 15))
    assert.equal(new Set(names).size, 3)
    assert.equal(names[2], short)
  }
})

test('who has a port on all addresses has it on ours, and is told how to let go', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const line = (local: string, state: string) =>
    `  1: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 4711 2 0\n`
  assert.equal(inodeOn(53, head + line('00000000:0035', '07')), '4711')
  assert.equal(inodeOn(53, head + line('00000000000000000000000000000000:0035', '0A')), '4711')
  assert.equal(inodeOn(53, head + line('3500007F:0035', '07')), undefined, 'on an address of its own')
  assert.equal(inodeOn(53, head + line('00000000:0036', '0A')), undefined)
  assert.equal(inodeOn(53, head + line('00000000:0035', '06')), undefined, 'a connection that is over')
  const { ok, found, cure = '' } = dnsPort({ protocol: 'UDP', process: { pid: 7, program: 'dnsmasq' } })
  assert(!ok && /dnsmasq \(process 7\)/.test(found) && /bind-interfaces/.test(cure))
  assert(dnsPort(undefined).ok)
})

test('mounts are found below the folder only, deepest first, with blanks in their paths', () => {
  const mounts = [
    'tmpfs /data/dev/node/a tmpfs rw 0 0',
    'tmpfs /data/dev/node/a/b\\040c tmpfs rw 0 0',
    'tmpfs /data/dev-2/x tmpfs rw 0 0',
    'nsfs /data/dev/ns nsfs rw 0 0',
    '',
  ]
  assert.deepEqual(mountsBelow('/data/dev', mounts.join('\n')), [
    { path: '/data/dev/node/a/b c', isNetworkNamespace: false },
    { path: '/data/dev/node/a', isNetworkNamespace: false },
    { path: '/data/dev/ns', isNetworkNamespace: true },
  ])
})

test('what stays among the pods is not masqueraded', () => {
  const network = {
    cluster: 'dev',
    root: '/c',
    ipamFolder: '/i',
    podRanges: ['10.42.0.0/24', '10.42.1.0/24'],
    nodeRanges: ['10.42.0.0/24'],
    linkRanges: [],
  }
  const own = 'ip saddr 10.42.0.0/24 ip daddr != { 10.42.0.0/24, 10.42.1.0/24 } masquerade'
  const nodes = 'ip saddr 10.42.255.0/24 ip daddr != { 10.42.0.0/24, 10.42.1.0/24, 10.42.255.0/24 } masquerade'
  const masquerading = (rules: string) => rules.split('\n').flatMap(line => (line.endsWith(' masquerade') ? [line.trim()] : []))
  assert.deepEqual(masquerading(natRules(network)), [own])
  assert.deepEqual(masquerading(natRules({ ...network, linkRanges: ['10.42.255.0/24'] })), [own, nodes])
  const six = { podRanges: ['fd00:42::/56'], nodeRanges: ['fd00:42::/64'], linkRanges: ['fd00:42:0:ff::/64'] }
  const both = natRules({
    ...network,
    podRanges: [...network.podRanges, ...six.podRanges],
    nodeRanges: [...network.nodeRanges, ...six.nodeRanges],
    linkRanges: ['10.42.255.0/24', ...six.linkRanges],
  })
  assert.deepEqual(masquerading(both), [
    own,
    nodes,
    'ip6 saddr fd00:42::/64 ip6 daddr != { fd00:42::/56 } masquerade',
    'ip6 saddr fd00:42:0:ff::/64 ip6 daddr != { fd00:42::/56, fd00:42:0:ff::/64 } masquerade',
  ])
  assert.deepEqual(both.match(/^table \S+ \S+/gm), ['table ip knarr-dev', 'table ip6 knarr-dev'])
})
