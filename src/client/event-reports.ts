/** Events in the newer form, of events.k8s.io: with an action, and repetitions as a series. Upstream: client-go tools/events. */
import { formatMicroseconds } from '#base/rfc3339.ts'
import type { EventSubject, Report } from './event-note.ts'

/** One that is written, and how often it was told. */
export interface Series {
  readonly name: string
  count: number
}
/** How many are remembered, to count their repetitions. */
const MEMORY_MAX = 4_096

export class EventReports {
  readonly #told = new Map<string, Series>()

  /** The series that goes on with this report; undefined when it is the first one. What is said does not count. */
  known(report: Report): Series | undefined {
    const series = this.#told.get(keyOf(report))
    if (series) series.count++
    return series
  }
  written(report: Report, name: string): void {
    const key = keyOf(report)
    this.#told.delete(key)
    this.#told.set(key, { name, count: 1 })
    if (this.#told.size > MEMORY_MAX) this.#told.delete(this.#told.keys().next().value as string)
  }
}

/** A change of the object begins a new series: its version is a part of what the event is about. */
const keyOf = ({ about, type, reason, action, related }: Report): string =>
  JSON.stringify([
    [about, related].map(
      one => one && [one.kind, one.metadata.namespace, one.metadata.name, one.metadata.uid, one.metadata.resourceVersion],
    ),
    type,
    reason,
    action,
  ])

/** What the newer form has instead of source, count and times. */
export const reported = ({ action, related }: Report, { component, host, now }: { component: string; host?: string; now: number }) => ({
  source: {},
  eventTime: microTime(now),
  action,
  ...(related && { related: referenceTo(related) }),
  reportingComponent: component,
  reportingInstance: host === undefined ? component : `${component}-${host}`,
})
export const seriesPatch = ({ count }: Series, now: number) => ({ series: { count, lastObservedTime: microTime(now) } })

export const referenceTo = ({ apiVersion, kind, metadata: { name = '', namespace, uid, resourceVersion } }: EventSubject) => ({
  apiVersion,
  kind,
  name,
  ...(namespace && { namespace }),
  ...(uid && { uid }),
  ...(resourceVersion && { resourceVersion }),
})
const microTime = (now: number) => formatMicroseconds({ seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1_000_000 })
