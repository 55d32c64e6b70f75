/** The kernel's table of routes, read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routesOf } from './routes.ts'

const TABLE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000000A	00000000	0001	0	0	0	000000FF	0	0	0
veth1	05002A0A	00000000	0005	0	0	0	FFFFFFFF	0	0	0
`
test('routes: destinations, their lengths and links, without the default', () =>
  assert.deepEqual(routesOf(TABLE), [
    { link: 'eth0', destination: '192.0.2.0/24' },
    { link: 'tun0', destination: '10.0.0.0/8' },
    { link: 'veth1', destination: '10.42.0.5/32' },
  ]))
