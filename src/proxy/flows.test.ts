/** Rules by which flows of UDP are ended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IPV4, IPV6 } from './family.ts'
import { type Destinations, ending, frontendKey, listedFlows, staleFlows } from './flows.ts'

const OWN = new Set(['192.0.2.1'])
/** `client frontend:port backend:port`. */
const flow = (text: string) => {
  const [client = '', address = '', port, backend = '', backendPort] = text.split(/ |:/)
  const way = `src=${client} dst=${address} sport=40001 dport=${port} src=${backend} dst=${client} sport=${backendPort} dport=40001`
  return `udp      17 28 ${way} [ASSURED] mark=0 use=1\n`
}
const DNS: Destinations = new Map([
  [frontendKey(IPV4, { address: '10.43.0.7', port: 53 }), new Set(['10.42.0.1 5353', '10.42.0.2 5353'])],
  [frontendKey(IPV4, { port: 30_053 }), new Set(['10.42.0.1 5353'])],
])

const rows: Readonly<Record<string, { readonly flows: readonly string[]; readonly ends: readonly string[] }>> = {
  'flows to a backend that went are ended': {
    flows: ['10.42.0.9 10.43.0.7:53 10.42.0.3:5353', '10.42.0.9 10.43.0.7:53 10.42.0.1:5353'],
    ends: ['--orig-dst 10.43.0.7 --orig-port-dst 53 --reply-src 10.42.0.3 --reply-port-src 5353'],
  },
  'flows to a port that a backend has no more are ended': {
    flows: ['10.42.0.9 10.43.0.7:53 10.42.0.1:5354'],
    ends: ['--orig-dst 10.43.0.7 --orig-port-dst 53 --reply-src 10.42.0.1 --reply-port-src 5354'],
  },
  'flows that were led nowhere are ended when somebody serves': {
    flows: ['10.42.0.9 10.43.0.7:53 10.43.0.7:53', '203.0.113.5 192.0.2.1:30053 192.0.2.1:30053'],
    ends: [
      '--orig-dst 10.43.0.7 --orig-port-dst 53 --reply-src 10.43.0.7 --reply-port-src 53',
      '--orig-dst 192.0.2.1 --orig-port-dst 30053 --reply-src 192.0.2.1 --reply-port-src 30053',
    ],
  },
  'a port of the node is one on its own addresses only': { flows: ['10.42.0.9 203.0.113.5:30053 203.0.113.5:30053'], ends: [] },
  'many clients of one backend are one command': {
    flows: ['10.42.0.8 10.43.0.7:53 10.42.0.3:5353', '10.42.0.9 10.43.0.7:53 10.42.0.3:5353'],
    ends: ['--orig-dst 10.43.0.7 --orig-port-dst 53 --reply-src 10.42.0.3 --reply-port-src 5353'],
  },
  'flows to others are left alone, and those of services that nobody serves': {
    flows: ['10.42.0.9 10.43.0.8:53 10.42.0.3:5353'],
    ends: [],
  },
}
for (const [rule, { flows, ends }] of Object.entries(rows))
  test(rule, () => {
    const stale = staleFlows(listedFlows(flows.map(flow).join('')), { family: IPV4, destinations: DNS, own: OWN })
    const commands = stale.map(one => ending(IPV4, one).slice(6).join(' '))
    assert.deepEqual(commands, ends)
  })

test('flows are told by what clients send to and who answers them', () => {
  const text = `udp      17 28 src=fd00:42::5 dst=fd00:43::a sport=59687 dport=53 [UNREPLIED] src=fd00:42::7 dst=fd00:42::5 sport=5353 dport=59687 mark=0 use=1
udp      17 1 src=10.42.0.5 dst=10.43.0.7 sport=4096 dport=53 src=10.42.0.7 dst=10.42.255.1 sport=5353 dport=1024 mark=0 use=1
`
  assert.deepEqual(listedFlows(text), [
    { address: 'fd00:43::a', port: 53, backend: 'fd00:42::7', backendPort: 5353 },
    { address: '10.43.0.7', port: 53, backend: '10.42.0.7', backendPort: 5353 },
  ])
})
test('frontends are found however their address is written', () =>
  assert.equal(frontendKey(IPV6, { address: 'FD00:43:0:0::A', port: 53 }), frontendKey(IPV6, { address: 'fd00:43::a', port: 53 })))
