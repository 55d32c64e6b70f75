/** What a proxy is told that looks after the node `here` and asks one client for everything. */
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { Client } from '#client/transport.ts'

export const proxyOptions = (client: Client, table: string) => ({
  client,
  nodeClient: client,
  policyClient: client,
  clock: systemClock,
  log: silentLog,
  nodeName: 'here',
  table,
})
