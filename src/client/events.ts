/** The recorder of events: what happened to objects, as people read it, with repetitions counted instead of written anew. */
import type { Clock } from '#base/clock.ts'
import { timestamp } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { Event } from '#kinds/core/event.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { Client } from './transport.ts'

/** The object that an event is about. */
export interface EventSubject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string }
}
export interface EventNote {
  readonly about: EventSubject
  readonly type: 'Normal' | 'Warning'
  /** A word in CamelCase. */
  readonly reason: string
  readonly message: string
  /** The part of the object that is meant: `spec.containers{web}`. */
  readonly fieldPath?: string
  /** Of the event itself, for programs. */
  readonly annotations?: Readonly<Record<string, string>>
}
export interface RecorderOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  /** Who reports: `kubelet`, `deployment-controller`. */
  readonly component: string
  /** The node on which the component runs, where that matters. */
  readonly host?: string
}

/** Limits of client-go's recorder (tools/record/events_cache.go), so that a failing loop cannot flood the store. */
const SIMILAR_MAX = 10
const SIMILAR_WITHIN_MS = 600_000
const BURST_MAX = 25
const REFILL_MS = 300_000
/** Events that are still to be written; more are dropped, as they only say the same. */
const BACKLOG_MAX = 1_000
/** How many different events are remembered to count their repetitions. */
const MEMORY_MAX = 4_096

interface Counted {
  name: string
  count: number
  firstTimestamp: string
}
interface Budget {
  tokens: number
  at: number
}

export class EventRecorder {
  readonly #options: RecorderOptions
  readonly #counted = new Map<string, Counted>()
  readonly #similar = new Map<string, { messages: Set<string>; at: number }>()
  readonly #budgets = new Map<string, Budget>()
  readonly #backlog: EventNote[] = []
  #writing: Promise<void> | undefined
  #order = 0

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** Writes the event later; never throws and never waits. */
  record(note: EventNote): void {
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
        await this.#write(note)
      } catch (error) {
        // The namespace may be going away, or the server may be starting: an event is worth one attempt.
        this.#options.log.debug({ error, reason: note.reason }, 'event was not written')
      }
    }
  }

  async #write(note: EventNote): Promise<void> {
    const { client, clock } = this.#options
    const now = clock.now()
    if (!this.#allow(note, now)) return
    const message = this.#merged(note, now)
    const key = keyOf({ ...note, message })
    const namespace = note.about.metadata.namespace || 'default'
    const counted = this.#counted.get(key)
    if (counted) {
      const patch = { count: counted.count + 1, lastTimestamp: timestamp(now), message }
      try {
        await client.patch(Event, { namespace, name: counted.name }, 'merge', patch)
        counted.count++
        return
      } catch (error) {
        // Events expire: one that is gone begins anew.
        if (!isRefusal(error, 'NotFound')) throw error
      }
    }
    const made = this.#made(note, { message, now, namespace })
    await client.create(Event, made)
    if (this.#counted.size >= MEMORY_MAX) this.#counted.delete(this.#counted.keys().next().value as string)
    this.#counted.set(key, { name: made.metadata.name, count: 1, firstTimestamp: made.firstTimestamp })
  }

  #made(
    { about, type, reason, fieldPath, annotations }: EventNote,
    { message, now, namespace }: { message: string; now: number; namespace: string },
  ) {
    const { component, host } = this.#options
    const { name = '', uid, resourceVersion } = about.metadata
    const unique = (BigInt(now) * 1_000_000n + BigInt(this.#order++ % 1_000_000)).toString(16)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${unique}`, namespace, ...(annotations && { annotations }) },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        ...(about.metadata.namespace && { namespace: about.metadata.namespace }),
        ...(uid && { uid }),
        ...(resourceVersion && { resourceVersion }),
        ...(fieldPath && { fieldPath }),
      },
      reason,
      message,
      type,
      source: { component, ...(host && { host }) },
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      count: 1,
      reportingComponent: component,
      reportingInstance: host ?? '',
    }
  }

  /** Many different messages about the same become one. */
  #merged(note: EventNote, now: number): string {
    const group = keyOf({ ...note, message: '' })
    const known = this.#similar.get(group)
    const similar = known && now - known.at <= SIMILAR_WITHIN_MS ? known : { messages: new Set<string>(), at: now }
    similar.at = now
    if (similar.messages.size < SIMILAR_MAX) similar.messages.add(note.message)
    this.#similar.delete(group)
    this.#similar.set(group, similar)
    if (this.#similar.size > MEMORY_MAX) this.#similar.delete(this.#similar.keys().next().value as string)
    return similar.messages.has(note.message) ? note.message : `(combined from similar events): ${note.message}`
  }

  /** A bucket per object: a burst, then one event every five minutes. */
  #allow({ about }: EventNote, now: number): boolean {
    const key = `${about.kind}/${about.metadata.namespace}/${about.metadata.name}/${about.metadata.uid}`
    const budget = this.#budgets.get(key) ?? { tokens: BURST_MAX, at: now }
    const tokens = Math.min(BURST_MAX, budget.tokens + (now - budget.at) / REFILL_MS)
    this.#budgets.delete(key)
    this.#budgets.set(key, { tokens: Math.max(0, tokens - 1), at: now })
    if (this.#budgets.size > MEMORY_MAX) this.#budgets.delete(this.#budgets.keys().next().value as string)
    return tokens >= 1
  }
}

const keyOf = ({ about, type, reason, message, fieldPath }: EventNote): string =>
  JSON.stringify([about.kind, about.metadata.namespace, about.metadata.name, about.metadata.uid, fieldPath, type, reason, message])
