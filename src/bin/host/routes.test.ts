/** The kernel's table of routes, read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ipv4Routes, ipv6Routes } from './routes.ts'

const TABLE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000000A	00000000	0001	0	0	0	000000FF	0	0	0
veth1	05002A0A	00000000	0005	0	0	0	FFFFFFFF	0	0	0
`
test('routes of IPv4: destinations, their lengths and links', () =>
  assert.deepEqual(ipv4Routes(TABLE), [
    { link: 'eth0', destination: '0.0.0.0/0' },
    { link: 'eth0', destination: '192.0.2.0/24' },
    { link: 'tun0', destination: '10.0.0.0/8' },
    { link: 'veth1', destination: '10.42.0.5/32' },
  ]))

const NONE = '00000000000000000000000000000000'
const line = (destination: string, length: string, flags: string, link: string) =>
  `${destination} ${length} ${NONE} 00 ${NONE} 00000100 00000001 00000000 ${flags} ${link.padStart(8)}\n`
test('routes of IPv6: as of IPv4, without what is the machine itself, multicast, or no route', () =>
  assert.deepEqual(
    ipv6Routes(
      line('fd000000000000000000000000000000', '40', '00000001', 'eth0') +
        line(NONE, '00', '00000003', 'eth0') +
        line('fd000000000000000000000000000002', '80', '80200001', 'eth0') +
        line('ff000000000000000000000000000000', '08', '00000001', 'eth0') +
        line('fd000042000000000000000000000000', '38', '00000001', 'wg0') +
        line(NONE, '00', '00200200', 'lo'),
    ),
    [
      { link: 'eth0', destination: 'fd00::/64' },
      { link: 'eth0', destination: '::/0' },
      { link: 'wg0', destination: 'fd00:42::/56' },
    ],
  ))
