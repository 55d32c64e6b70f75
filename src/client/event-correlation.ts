/** Which of many events become one, and how many an object may have. Upstream: client-go tools/record/events_cache.go. */
import type { EventNote } from './event-note.ts'

/** Limits of client-go's recorder, so that a failing loop cannot flood the store. The tenth different message is the first that is merged. */
const SIMILAR_MAX = 10
const SIMILAR_WITHIN_MS = 600_000
const BURST_MAX = 25
const REFILL_MS = 300_000
/** How much is remembered, of events and of objects each. */
const MEMORY_MAX = 4_096

/** An event that is written, or will be; `count` goes on while none may be written. */
export interface Counted {
  /** Absent while it has not been written. */
  name?: string
  count: number
  readonly isMerged: boolean
}
export interface Told {
  readonly counted: Counted
  readonly message: string
}

export class EventCorrelation {
  readonly #similar = new Map<string, { messages: Set<string>; at: number }>()
  readonly #counted = new Map<string, Counted>()
  readonly #budgets = new Map<string, { tokens: number; at: number }>()

  /** Counts the event; undefined when its object has told enough for now. */
  observe(note: EventNote, now: number): Told | undefined {
    const isMerged = this.#isOneOfMany(note, now)
    const counted = this.#count(isMerged ? { ...note, fieldPath: '', message: '' } : note, isMerged)
    if (!this.#allows(note, now)) return undefined
    return { counted, message: isMerged ? `(combined from similar events): ${note.message}` : note.message }
  }

  #count(note: EventNote, isMerged: boolean): Counted {
    const key = keyOf(note)
    const counted = this.#counted.get(key) ?? { count: 0, isMerged }
    counted.count++
    remember(this.#counted, key, counted)
    return counted
  }

  #isOneOfMany(note: EventNote, now: number): boolean {
    const group = keyOf({ ...note, fieldPath: '', message: '' })
    const known = this.#similar.get(group)
    const similar = known && now - known.at <= SIMILAR_WITHIN_MS ? known : { messages: new Set<string>(), at: now }
    similar.at = now
    if (similar.messages.size < SIMILAR_MAX - 1) similar.messages.add(note.message)
    remember(this.#similar, group, similar)
    return !similar.messages.has(note.message)
  }

  /** A bucket per object: a burst, then one event every five minutes. */
  #allows({ about }: EventNote, now: number): boolean {
    const key = JSON.stringify([about.kind, about.metadata.namespace, about.metadata.name, about.metadata.uid])
    const budget = this.#budgets.get(key) ?? { tokens: BURST_MAX, at: now }
    const tokens = Math.min(BURST_MAX, budget.tokens + (now - budget.at) / REFILL_MS)
    remember(this.#budgets, key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    return tokens >= 1
  }
}

/** What has not been heard of for longest is forgotten. */
function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key)
  memory.set(key, value)
  if (memory.size > MEMORY_MAX) memory.delete(memory.keys().next().value as string)
}

const keyOf = ({ about, type, reason, message, fieldPath = '' }: EventNote): string =>
  JSON.stringify([about.kind, about.metadata.namespace, about.metadata.name, about.metadata.uid, fieldPath, type, reason, message])
