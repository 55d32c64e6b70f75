/** What the proxy counts of itself, under upstream's names, and whether it keeps up. Upstream: pkg/proxy/metrics, pkg/proxy/healthcheck. */
import { Count, counterText, Distribution, histogramText } from '#base/series.ts'
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import type { Family } from './family.ts'
import type { NoneHere } from './service-entries.ts'
import { TriggerTimes } from './trigger-times.ts'

/** Seconds: upstream's exponential buckets from 1 ms on. */
const BUCKETS = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i)
/** Upstream: twice the longest time between two syncs. What has waited for longer than this has failed. */
const HEALTH_TIMEOUT_MS = 60_000
const about = (name: string, help: string) => ({ name: `kubeproxy_${name}`, help })

const DURATIONS = {
  all: about('sync_proxy_rules_duration_seconds', 'Seconds from looking at what changed until it is in the kernel.'),
  whole: about('sync_full_proxy_rules_duration_seconds', 'Likewise, of syncs that put the whole table in place.'),
  part: about('sync_partial_proxy_rules_duration_seconds', 'Likewise, of syncs that wrote what had changed.'),
} as const
/** Seconds: upstream's, closer where the goals of scalability lie. */
const steps = (from: number, width: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i * width)
const PROGRAMMING_BUCKETS = [...steps(0.25, 0.25, 2), ...steps(1, 1, 59), ...steps(60, 5, 12), ...steps(120, 30, 7)]
const PROGRAMMING = about(
  'network_programming_duration_seconds',
  'Seconds from the change of a pod or service until its endpoints are in the kernel.',
)
const FLOWS = about('conntrack_reconciler_sync_duration_seconds', 'Seconds that it took to end flows to endpoints that are gone.')
const FLOWS_ENDED = about('conntrack_reconciler_deleted_entries_total', 'Flows that were ended because their endpoint is gone.')
const NONE_HERE = about(
  'sync_proxy_rules_no_local_endpoints_total',
  'Ports of services whose traffic must stay on this node, where nobody serves them.',
)
const LAST_SYNCED = about('sync_proxy_rules_last_timestamp_seconds', 'When rules were last synced.')
const LAST_QUEUED = about('sync_proxy_rules_last_queued_timestamp_seconds', 'When a sync was last asked for.')
const FAILURES = about('sync_proxy_rules_nftables_sync_failures_total', 'Syncs that nft refused.')
const CHANGES = {
  endpoint: about('sync_proxy_rules_endpoint_changes_total', 'Changes of EndpointSlices that were heard of.'),
  service: about('sync_proxy_rules_service_changes_total', 'Changes of Services that were heard of.'),
} as const
const PENDING = {
  endpoint: about('sync_proxy_rules_endpoint_changes_pending', 'Changes of EndpointSlices that are not in the kernel yet.'),
  service: about('sync_proxy_rules_service_changes_pending', 'Changes of Services that are not in the kernel yet.'),
} as const
const ANSWERS = {
  healthz: about('proxy_healthz_total', 'Answers to questions for health, by HTTP code.'),
  livez: about('proxy_livez_total', 'Answers to questions for life, by HTTP code.'),
} as const

type Changed = keyof typeof CHANGES
const counts = (): Record<Changed, Count> => ({ endpoint: new Count(), service: new Count() })

export class ProxyMetrics {
  readonly #families: readonly Family[]
  readonly #durations = { all: new Distribution(BUCKETS), whole: new Distribution(BUCKETS), part: new Distribution(BUCKETS) }
  /** By the families' names. */
  readonly #programming: ReadonlyMap<string, Distribution>
  readonly #flows: ReadonlyMap<string, Distribution>
  readonly #flowsEnded: ReadonlyMap<string, Count>
  readonly #triggers: TriggerTimes
  /** By service; those only of which there are any. */
  readonly #noneHere = new Map<string, readonly NoneHere[]>()
  readonly #lastSynced = new Count()
  readonly #lastQueued = new Count()
  readonly #failures = new Count()
  readonly #changes = counts()
  readonly #pending = counts()
  /** Of those, what the sync that is under way has taken up. */
  readonly #taken = counts()
  readonly #answers = { healthz: new Map<number, Count>(), livez: new Map<number, Count>() }
  /** Since when something has waited to be synced. */
  #waitsSince: number | undefined
  #isAskedAgain = false
  lastSyncedAt = 0

  constructor(families: readonly Family[], startedAt: number) {
    this.#families = families
    this.#triggers = new TriggerTimes(startedAt)
    const each = <T>(make: () => T): ReadonlyMap<string, T> => new Map(families.map(({ addressType }) => [addressType, make()]))
    this.#programming = each(() => new Distribution(PROGRAMMING_BUCKETS))
    this.#flows = each(() => new Distribution(BUCKETS))
    this.#flowsEnded = each(() => new Count())
  }

  endpointsChanged(before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    this.#changed('endpoint')
    this.#triggers.heard(before, after)
  }
  serviceChanged(): void {
    this.#changed('service')
  }
  #changed(what: Changed): void {
    this.#changes[what].value++
    this.#pending[what].value++
  }
  queued(now: number): void {
    this.#lastQueued.value = now / 1_000
    this.#waitsSince ??= now
    this.#isAskedAgain = true
  }
  begun(): void {
    this.#isAskedAgain = false
    this.#triggers.begun()
    for (const what of ['endpoint', 'service'] as const) this.#taken[what].value = this.#pending[what].value
  }
  synced({ begunAt, now, isWhole }: { readonly begunAt: number; readonly now: number; readonly isWhole: boolean }): void {
    const seconds = (now - begunAt) / 1_000
    for (const { addressType, at } of this.#triggers.synced()) this.#programming.get(addressType)?.observe((now - at) / 1_000)
    for (const extent of ['all', isWhole ? 'whole' : 'part'] as const) this.#durations[extent].observe(seconds)
    this.lastSyncedAt = now
    this.#lastSynced.value = now / 1_000
    // What was asked for meanwhile waits for the next one.
    this.#waitsSince = this.#isAskedAgain ? begunAt : undefined
    for (const what of ['endpoint', 'service'] as const) this.#pending[what].value -= this.#taken[what].value
  }
  flowsEnded({ addressType }: Family, { durationMs, ended }: { readonly durationMs: number; readonly ended: number }): void {
    this.#flows.get(addressType)?.observe(durationMs / 1_000)
    const count = this.#flowsEnded.get(addressType)
    if (count) count.value += ended
  }
  /** Puts a service's ports that nobody serves here in place of those that it had. */
  noneHere(service: string, ports: readonly NoneHere[]): void {
    if (ports.length) this.#noneHere.set(service, ports)
    else this.#noneHere.delete(service)
  }
  failed(): void {
    this.#failures.value++
  }
  answered(of: keyof typeof ANSWERS, code: number): void {
    const count = this.#answers[of].get(code) ?? new Count()
    count.value++
    this.#answers[of].set(code, count)
  }

  /** Whether the kernel has what is wanted, or has had no long time to get it. */
  isHealthy(now: number): boolean {
    return this.#waitsSince === undefined || now - this.#waitsSince < HEALTH_TIMEOUT_MS
  }
  /** In Prometheus' text format. */
  text(): string {
    // Both families are synced at once: most numbers are the same for them.
    const perFamily = <T>(value: T) => this.#families.map(({ addressType }) => [{ ip_family: addressType }, value] as const)
    const ofEach = <T>(values: ReadonlyMap<string, T>) => [...values].map(([ip_family, value]) => [{ ip_family }, value] as const)
    const without = [...this.#noneHere.values()].flat()
    const noneHere = (['internal', 'external'] as const).flatMap(policy =>
      this.#families.map(({ addressType }) => {
        const value = without.filter(one => one.policy === policy && one.family === addressType).length
        return [{ ip_family: addressType, traffic_policy: policy }, { value }] as const
      }),
    )
    const answers = (of: keyof typeof ANSWERS) =>
      counterText(
        ANSWERS[of],
        'counter',
        [...this.#answers[of]].map(([code, count]) => [{ code: String(code) }, count] as const),
      )
    return [
      ...(['all', 'whole', 'part'] as const).map(of => histogramText(DURATIONS[of], perFamily(this.#durations[of]))),
      histogramText(PROGRAMMING, ofEach(this.#programming)),
      counterText(NONE_HERE, 'gauge', noneHere),
      histogramText(FLOWS, ofEach(this.#flows)),
      counterText(FLOWS_ENDED, 'counter', ofEach(this.#flowsEnded)),
      counterText(LAST_SYNCED, 'gauge', perFamily(this.#lastSynced)),
      counterText(LAST_QUEUED, 'gauge', perFamily(this.#lastQueued)),
      counterText(FAILURES, 'counter', perFamily(this.#failures)),
      ...(['endpoint', 'service'] as const).flatMap(what => [
        counterText(CHANGES[what], 'counter', [[{}, this.#changes[what]]]),
        counterText(PENDING[what], 'gauge', [[{}, this.#pending[what]]]),
      ]),
      answers('healthz'),
      answers('livez'),
    ].join('\n')
  }
}
