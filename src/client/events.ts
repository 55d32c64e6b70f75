/** The recorder of events: what happened to objects, as people read it, with repetitions counted instead of written anew. */
import type { Clock } from '#base/clock.ts'
import { timestamp } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Event } from '#kinds/core/event.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { EventCorrelation, type Told } from './event-correlation.ts'
import type { EventNote, Report } from './event-note.ts'
import { EventReports, referenceTo, reported, seriesPatch } from './event-reports.ts'
import type { Client } from './transport.ts'

export interface RecorderOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  /** Who reports: `kubelet`, `deployment-controller`. */
  readonly component: string
  /** The node on which the component runs, where that matters. */
  readonly host?: string
}

/** Events that are still to be written; more are dropped, as they only say the same. */
const BACKLOG_MAX = 1_000

export class EventRecorder {
  readonly #options: RecorderOptions
  readonly #correlation = new EventCorrelation()
  readonly #reports = new EventReports()
  readonly #backlog: (EventNote | Report)[] = []
  #writing: Promise<void> | undefined
  #order = 0

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** Writes the event later; never throws and never waits. */
  record(note: EventNote | Report): void {
    if (this.#backlog.length >= BACKLOG_MAX) return
    this.#backlog.push(note)
    this.#writing ??= this.#drain().finally(() => (this.#writing = undefined))
  }

  /** Resolves when everything recorded until now is written or given up. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #drain(): Promise<void> {
    for (let note = this.#backlog.shift(); note; note = this.#backlog.shift()) {
      try {
        await ('action' in note ? this.#report(note) : this.#write(note))
      } catch (error) {
        // The namespace may be going away, or the server may be starting: an event is worth one attempt.
        this.#options.log.debug({ error, reason: note.reason }, 'event was not written')
      }
    }
  }

  async #write(note: EventNote): Promise<void> {
    const { client, clock } = this.#options
    const now = clock.now()
    const told = this.#correlation.observe(note, now)
    if (!told) return
    const { counted, message } = told
    if (counted.name !== undefined) {
      const patch = { count: counted.count, lastTimestamp: timestamp(now), message }
      try {
        await client.patch(Event, { namespace: namespaceOf(note), name: counted.name }, 'merge', patch)
        return
      } catch (error) {
        // Events expire: one that is gone is made anew.
        if (!isRefusal(error, 'NotFound')) throw error
      }
    }
    counted.name = await this.#create(note, now, this.#counted({ ...told, now }))
  }

  async #report(report: Report): Promise<void> {
    const { client, clock } = this.#options
    const now = clock.now()
    const series = this.#reports.known(report)
    try {
      if (series) {
        await client.patch(Event, { namespace: namespaceOf(report), name: series.name }, 'merge', seriesPatch(series, now))
        return
      }
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) throw error
    }
    this.#reports.written(
      report,
      await this.#create(report, now, { message: report.message, ...reported(report, { ...this.#options, now }) }),
    )
  }

  /** Resolves to the name that it has. */
  async #create(note: EventNote, now: number, rest: object): Promise<string> {
    const { about, type, reason, fieldPath, annotations } = note
    const unique = (BigInt(now) * 1_000_000n + BigInt(this.#order++ % 1_000_000)).toString(16)
    const name = `${about.metadata.name ?? ''}.${unique}`
    await this.#options.client.create(Event, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: namespaceOf(note), ...(annotations && { annotations }) },
      involvedObject: { ...referenceTo(about), ...(fieldPath && { fieldPath }) },
      reason,
      type,
      ...rest,
    })
    return name
  }

  #counted({ counted, message, now }: Told & { readonly now: number }) {
    const { component, host } = this.#options
    return {
      message,
      source: { component, ...(host && { host }) },
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      count: counted.count,
      // As upstream's, one that stands for many does not name its reporter there.
      reportingComponent: counted.isMerged ? '' : component,
      reportingInstance: host ?? '',
    }
  }
}

const namespaceOf = ({ about }: EventNote): string => about.metadata.namespace || 'default'
