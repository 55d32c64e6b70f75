/** What is counted of the proxy, and when it counts as healthy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IPV4, IPV6 } from './family.ts'
import { ProxyMetrics } from './metrics.ts'

const value = (metrics: ProxyMetrics, series: string): number | undefined => {
  const line = metrics
    .text()
    .split('\n')
    .find(one => one.startsWith(`kubeproxy_${series} `))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}
const four = (name: string) => `${name}{ip_family="IPv4"}`

test('syncs are counted by family, whole ones and partial ones apart', () => {
  const metrics = new ProxyMetrics([IPV4, IPV6])
  metrics.begun()
  metrics.synced({ begunAt: 1_000, now: 1_500, isWhole: true })
  metrics.begun()
  metrics.synced({ begunAt: 2_000, now: 2_003, isWhole: false })
  metrics.failed()
  for (const family of ['IPv4', 'IPv6']) {
    const of = (name: string) => value(metrics, `${name}{ip_family="${family}"}`)
    assert.equal(of('sync_proxy_rules_duration_seconds_count'), 2)
    assert.equal(of('sync_full_proxy_rules_duration_seconds_sum'), 0.5)
    assert.equal(of('sync_partial_proxy_rules_duration_seconds_sum'), 0.003)
    assert.equal(of('sync_proxy_rules_last_timestamp_seconds'), 2.003)
    assert.equal(of('sync_proxy_rules_nftables_sync_failures_total'), 1)
  }
})
test('a change is pending until the sync that took it up is over', () => {
  const metrics = new ProxyMetrics([IPV4])
  const pending = () => ['endpoint', 'service'].map(what => value(metrics, `sync_proxy_rules_${what}_changes_pending`))
  metrics.changed('endpoint')
  metrics.changed('service')
  metrics.begun()
  metrics.changed('endpoint')
  assert.deepEqual(pending(), [2, 1])
  metrics.synced({ begunAt: 0, now: 1, isWhole: false })
  assert.deepEqual(pending(), [1, 0])
  assert.equal(value(metrics, 'sync_proxy_rules_endpoint_changes_total'), 2)
})

const rows: readonly (readonly [rule: string, acts: (metrics: ProxyMetrics) => void, now: number, isHealthy: boolean])[] = [
  ['with nothing to do', () => undefined, 1e9, true],
  ['while what waits has not waited long', metrics => metrics.queued(0), 59_999, true],
  ['no more when it has waited for a minute', metrics => metrics.queued(0), 60_000, false],
  [
    'asking again makes the waiting no shorter',
    metrics => {
      metrics.queued(0)
      metrics.queued(50_000)
    },
    60_000,
    false,
  ],
  [
    'again when it is in the kernel',
    metrics => {
      metrics.queued(0)
      metrics.begun()
      metrics.synced({ begunAt: 70_000, now: 70_100, isWhole: false })
    },
    200_000,
    true,
  ],
  [
    'what came while that was written has waited since then',
    metrics => {
      metrics.queued(0)
      metrics.begun()
      metrics.queued(70_050)
      metrics.synced({ begunAt: 70_000, now: 70_100, isWhole: false })
    },
    130_000,
    false,
  ],
]
for (const [rule, acts, now, isHealthy] of rows)
  test(`the proxy is healthy: ${rule}`, () => {
    const metrics = new ProxyMetrics([IPV4])
    acts(metrics)
    assert.equal(metrics.isHealthy(now), isHealthy)
    assert.equal(value(metrics, four('sync_proxy_rules_nftables_sync_failures_total')), 0)
  })
