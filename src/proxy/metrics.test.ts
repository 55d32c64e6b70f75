/** What is counted of the proxy, and when it counts as healthy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
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
  const metrics = new ProxyMetrics([IPV4, IPV6], 0)
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
  const metrics = new ProxyMetrics([IPV4], 0)
  const pending = () => ['endpoint', 'service'].map(what => value(metrics, `sync_proxy_rules_${what}_changes_pending`))
  metrics.endpointsChanged(undefined, undefined)
  metrics.serviceChanged()
  metrics.begun()
  metrics.endpointsChanged(undefined, undefined)
  assert.deepEqual(pending(), [2, 1])
  metrics.synced({ begunAt: 0, now: 1, isWhole: false })
  assert.deepEqual(pending(), [1, 0])
  assert.equal(value(metrics, 'sync_proxy_rules_endpoint_changes_total'), 2)
})
test('programming is told in seconds since its cause, by the family of the slice', () => {
  const metrics = new ProxyMetrics([IPV4, IPV6], 0)
  const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': '1970-01-01T00:00:01Z' }
  metrics.endpointsChanged(undefined, { metadata: { generation: 1, annotations }, addressType: 'IPv6' } as unknown as EndpointSlice)
  metrics.begun()
  metrics.synced({ begunAt: 1_200, now: 1_400, isWhole: false })
  const of = (family: string, of: string, le = '') =>
    value(metrics, `network_programming_duration_seconds_${of}{ip_family="${family}"${le}}`)
  assert.deepEqual([of('IPv4', 'count'), of('IPv6', 'count')], [0, 1])
  assert.equal(of('IPv6', 'sum'), 0.4)
  assert.deepEqual([of('IPv6', 'bucket', ',le="0.25"'), of('IPv6', 'bucket', ',le="0.5"')], [0, 1])
  // Upstream's bounds: 0.25, 0.5, each second of the first minute, then wider ones up to five minutes.
  assert.equal(metrics.text().match(/^kubeproxy_network_programming_duration_seconds_bucket\{ip_family="IPv4".*$/gm)?.length, 81)
  assert.equal(of('IPv6', 'bucket', ',le="300"'), 1)
})
test('ports that nobody serves here are told by family and policy, for as long as it is so', () => {
  const metrics = new ProxyMetrics([IPV4, IPV6], 0)
  const of = (family: string, policy: string) =>
    value(metrics, `sync_proxy_rules_no_local_endpoints_total{ip_family="${family}",traffic_policy="${policy}"}`)
  const external = { family: 'IPv4', policy: 'external' } as const
  metrics.noneHere('n/a', [external, external])
  metrics.noneHere('n/b', [external, { family: 'IPv6', policy: 'internal' }])
  assert.deepEqual([of('IPv4', 'external'), of('IPv4', 'internal'), of('IPv6', 'internal')], [3, 0, 1])
  metrics.noneHere('n/a', [])
  assert.deepEqual([of('IPv4', 'external'), of('IPv6', 'internal')], [1, 1])
})
test('flows that were ended are counted by family', () => {
  const metrics = new ProxyMetrics([IPV4, IPV6], 0)
  metrics.flowsEnded(IPV4, { durationMs: 5, ended: 2 })
  metrics.flowsEnded(IPV4, { durationMs: 7, ended: 0 })
  assert.equal(value(metrics, four('conntrack_reconciler_deleted_entries_total')), 2)
  assert.equal(value(metrics, four('conntrack_reconciler_sync_duration_seconds_count')), 2)
  assert.equal(value(metrics, four('conntrack_reconciler_sync_duration_seconds_sum')), 0.012)
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
    const metrics = new ProxyMetrics([IPV4], 0)
    acts(metrics)
    assert.equal(metrics.isHealthy(now), isHealthy)
    assert.equal(value(metrics, four('sync_proxy_rules_nftables_sync_failures_total')), 0)
  })
