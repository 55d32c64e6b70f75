/** Rules by which a cluster's things are named and found on the machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkConfig } from '../runtime/network.ts'
import { gatewaysIn, mountsBelow } from './leftovers.ts'
import { natRules } from './network.ts'

test('links of pods are found by the gateway that their configuration implies', () => {
  const config = networkConfig({ name: 'k', podCIDRs: ['10.42.0.0/24', 'fd00:42::/64'], dataFolder: '/d' })
  assert.deepEqual(gatewaysIn(JSON.stringify(config)), ['10.42.0.1', 'fd00:42::1'])
  assert.deepEqual(gatewaysIn('{"plugins":[{"type":"calico"}]}'), [])
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
  const rules = natRules({ cluster: 'dev', root: '/c', ipamFolder: '/i', clusterCidr: '10.42.0.0/16', nodeCidr: '10.42.0.0/24' })
  assert.match(rules, /ip saddr 10\.42\.0\.0\/24 ip daddr != 10\.42\.0\.0\/16 .*masquerade/)
})
