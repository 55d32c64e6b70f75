/** Counters of network interfaces as the kernel writes them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTraffic, trafficOf } from './traffic.ts'

test('each interface but the loopback, also where no blank follows its name', () =>
  assert.deepEqual(
    parseTraffic(
      `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  500       5    0    0    0     0          0         0      500       5    0    0    0     0       0          0
  eth0:1234567    1000    1    0    0     0          0         0   7654     20    2    0    0     0       0          0
`,
    ),
    [{ name: 'eth0', rxBytes: 1_234_567, rxErrors: 1, txBytes: 7654, txErrors: 2 }],
  ))
test('a process that has ended has none', () => assert.deepEqual(trafficOf(2 ** 22 + 1), []))
