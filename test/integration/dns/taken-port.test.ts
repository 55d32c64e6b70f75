/** Another program has the port of cluster DNS: the cluster starts all the same, and DNS follows when the port is free. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { type Clock, systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { startClusterDns } from '#bin/cluster-dns.ts'
import { startTestCluster } from '#test/support/cluster.ts'
import { question, readReply } from '#test/support/dns/packets.ts'
import { askUdp } from '#test/support/dns/sockets.ts'

/** What waits seconds elsewhere waits milliseconds here. */
const quick: Clock = { now: () => systemClock.now(), after: (ms, callback) => systemClock.after(ms / 100, callback) }

test('cluster DNS waits for its port', async () => {
  await using cluster = await startTestCluster()
  const other = createSocket('udp4')
  await new Promise<void>(resolve => other.bind(0, '127.0.0.1', resolve))
  const { port } = other.address()
  const answers = Promise.withResolvers<void>()
  const log = { ...silentLog, info: (_: object, message: string) => void (message === 'cluster DNS answers now' && answers.resolve()) }
  await using dns = await startClusterDns({ client: cluster.client, clock: quick, log, address: '127.0.0.1', port, ranges: [] })
  assert.match(dns.problem ?? '', new RegExp(`^port ${port} is taken; "\\./knarr doctor" has the cure$`))
  await new Promise<void>(resolve => other.close(resolve))
  await answers.promise
  assert.equal(readReply(await askUdp(port, question('dns-version.cluster.local', 'TXT'))).code, 'NOERROR')
})
