/** What is counted of requests, under upstream's names. */
import { Counter, Gauge, Histogram, Registry as Series } from 'prom-client'
import type { Clock } from '#base/clock.ts'
import type { Target } from './request.ts'
import type { Request } from './route.ts'
import type { BytesResult } from './result.ts'

const LABELS = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const
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

export class Metrics {
  readonly series = new Series()
  readonly #clock: Clock
  readonly #requests = new Counter({
    name: 'apiserver_request_total',
    help: 'Requests that were answered, by verb, resource and HTTP code.',
    labelNames: [...LABELS, 'code'],
    registers: [this.series],
  })
  readonly #durations = new Histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'Seconds from the arrival of a request until its answer begins.',
    labelNames: [...LABELS],
    buckets: BUCKETS,
    registers: [this.series],
  })
  readonly #inflight = new Gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests that are being worked on.',
    registers: [this.series],
  })
  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a request in; the result is called once when its answer begins. */
  begin(): (target: Target | undefined, code: number) => void {
    const from = this.#clock.now()
    this.#inflight.inc()
    return (target, code) => {
      this.#inflight.dec()
      const labels = labelsOf(target, code)
      this.#requests.inc({ ...labels, code })
      // A watch lasts as long as its client likes; that would say nothing about the server.
      if (target?.verb !== 'watch') this.#durations.observe(labels, (this.#clock.now() - from) / 1_000)
    }
  }
  /** `/metrics` in the text format of Prometheus. */
  readonly route = async ({ target }: Request): Promise<BytesResult | undefined> =>
    target.path === '/metrics'
      ? { form: 'bytes', code: 200, headers: { 'content-type': this.series.contentType }, body: await this.series.metrics() }
      : undefined
}

function labelsOf(target: Target | undefined, code: number) {
  const verb = target && Object.hasOwn(VERBS, target.verb) ? (VERBS[target.verb] as string) : 'other'
  // A path that leads nowhere must not make a series of its own either.
  const { group, version, resource, subresource, namespace, name } = code === 404 || !target?.isResource ? NOWHERE : target
  const scope = name ? 'resource' : namespace ? 'namespace' : resource ? 'cluster' : ''
  return { verb, group, version, resource, subresource, scope }
}
const NOWHERE = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' } as const
