/** Rules by which a cluster's things are named and found on the machine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mountsBelow } from './leftovers.ts'
import { bridgeName } from './names.ts'
import { natRules } from './network.ts'

test('a long cluster name still gives a link name that the kernel takes, and its own', () => {
  const names = ['a-very-long-cluster-1', 'a-very-long-cluster-2', 'dev'].map(bridgeName)
  assert(names.every(name => name.length <= 15))
  assert.equal(new Set(names).size, 3)
  assert.equal(names[2], 'kn-dev')
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
  const rules = natRules({ cluster: 'dev', cniConfFolder: '/c', ipamFolder: '/i', clusterCidr: '10.42.0.0/16', nodeCidr: '10.42.0.0/24' })
  assert.match(rules, /ip saddr 10\.42\.0\.0\/24 ip daddr != 10\.42\.0\.0\/16 .*masquerade/)
})
