/** What is counted of requests, under upstream's names. */
import type { Clock } from '#base/clock.ts'
import { Count, counterText, Distribution, histogramText, type Labels, TEXT_TYPE } from '#base/series.ts'
import type { Target } from './request.ts'
import type { BytesResult } from './result.ts'
import type { Request } from './route.ts'

/** Seconds; upstream's buckets, thinned out. */
const BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
/** Methods and verbs that may stand in a label; whatever else a client sends must not make a series of its own. */
const VERBS: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
  post: 'POST',
  put: 'PUT',
  head: 'HEAD',
}
/** So that whoever asks for ever new resources that it may not see does not fill the memory; a server has some hundreds. */
const KINDS_MAX = 5_000
const REQUESTS = { name: 'apiserver_request_total', help: 'Requests that were answered, by verb, resource and HTTP code.' }
const DURATIONS = { name: 'apiserver_request_duration_seconds', help: 'Seconds from the arrival of a request until its answer begins.' }
const INFLIGHT = { name: 'apiserver_current_inflight_requests', help: 'Requests that are being worked on.' }

/** Requests with the same labels. */
interface Alike {
  readonly labels: Labels
  readonly durations: Distribution
  /** By HTTP code. */
  readonly counts: Map<number, Count>
}

export class Metrics {
  readonly #clock: Clock
  /** By all labels. */
  readonly #alike = new Map<string, Alike>()
  readonly #inflight = new Count()
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a request in, and gives the time at which it came. */
  begin(): number {
    this.#inflight.value++
    return this.#clock.now()
  }
  /** Counts the request that came at `from` out: its answer begins. */
  end(from: number, target: Target | undefined, code: number): void {
    this.#inflight.value--
    const { counts, durations } = this.#alikeOf(target, code)
    let count = counts.get(code)
    if (!count) counts.set(code, (count = new Count()))
    count.value++
    // A watch lasts as long as its client likes; that would say nothing about the server.
    if (target?.verb !== 'watch') durations.observe((this.#clock.now() - from) / 1_000)
  }
  /** `/metrics` in the text format of Prometheus. */
  readonly route = ({ target }: Request): BytesResult | undefined =>
    target.path === '/metrics' ? { form: 'bytes', code: 200, headers: { 'content-type': TEXT_TYPE }, body: this.#text() } : undefined

  #alikeOf(target: Target | undefined, code: number): Alike {
    const labels = labelsOf(target, code)
    const key = `${labels.verb} ${labels.group} ${labels.version} ${labels.resource} ${labels.subresource} ${labels.scope}`
    let alike = this.#alike.get(key)
    if (alike) return alike
    if (this.#alike.size >= KINDS_MAX && labels.resource) return this.#alikeOf(target, NOT_FOUND)
    alike = { labels, durations: new Distribution(BUCKETS), counts: new Map() }
    this.#alike.set(key, alike)
    return alike
  }
  #text(): string {
    const all = [...this.#alike.values()]
    const counts = all.flatMap(({ labels, counts }) =>
      [...counts].map(([code, count]) => [{ ...labels, code: String(code) }, count] as const),
    )
    const durations = all.filter(({ durations }) => durations.total > 0).map(({ labels, durations }) => [labels, durations] as const)
    return [
      counterText(REQUESTS, 'counter', counts),
      histogramText(DURATIONS, durations),
      counterText(INFLIGHT, 'gauge', [[{}, this.#inflight]]),
    ].join('\n')
  }
}

function labelsOf(target: Target | undefined, code: number) {
  const verb = target && Object.hasOwn(VERBS, target.verb) ? (VERBS[target.verb] as string) : 'other'
  // A path that leads nowhere must not make a series of its own either.
  const { group, version, resource, subresource, namespace, name } = code === NOT_FOUND || !target?.isResource ? NOWHERE : target
  const scope = name ? 'resource' : namespace ? 'namespace' : resource ? 'cluster' : ''
  return { verb, group, version, resource, subresource, scope }
}
const NOT_FOUND = 404
const NOWHERE = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' } as const
