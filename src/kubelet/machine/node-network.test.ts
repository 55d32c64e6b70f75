/** Rules by which the machine reaches its further nodes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routesThere } from './node-network.ts'

const way = { machine: '10.42.255.1', node: '10.42.255.2', pods: '10.42.1.0/24' }
const behind = [
  'route replace 10.42.255.2/32 dev kn-02-dev src 10.42.255.1 metric 2048',
  'route replace 10.42.1.0/24 via 10.42.255.2 dev kn-02-dev onlink src 10.42.255.1 metric 2048',
]
test('a node hears the machine under the address by which that is known', () =>
  assert.deepEqual(routesThere({ ...way, known: '192.0.2.1' }, 'kn-02-dev'), [
    'route replace 10.42.255.2/32 dev kn-02-dev src 192.0.2.1',
    'route replace 10.42.1.0/24 via 10.42.255.2 dev kn-02-dev onlink src 192.0.2.1',
    ...behind,
  ]))
test('a machine without one has that of the link', () =>
  assert.deepEqual(routesThere(way, 'kn-02-dev'), [
    'route replace 10.42.255.2/32 dev kn-02-dev src 10.42.255.1',
    'route replace 10.42.1.0/24 via 10.42.255.2 dev kn-02-dev onlink src 10.42.255.1',
    ...behind,
  ]))
