/** When that happened which changed endpoints, kept until it is in the kernel. Upstream: pkg/proxy/endpointschangetracker.go. */
import type { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'

/** Upstream: v1.EndpointsLastChangeTriggerTime; the controllers of endpoints write it. */
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
const SERVICE_NAME = 'kubernetes.io/service-name'
/** So that endpoints that flap while nft fails cannot hold memory; what comes later is not measured. */
const WAITING_MAX = 10_000

export interface Triggered {
  readonly addressType: EndpointSlice['addressType']
  readonly service: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

export class TriggerTimes {
  readonly #startedAt: number
  readonly #waiting = new Set<Triggered>()
  /** Of those, what the sync that is under way has taken up. */
  #taken: readonly Triggered[] = []

  /** What happened before the proxy started says nothing of how quick it is. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt
  }

  heard(before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    const slice = after ?? before
    if (!slice) return
    const { metadata, addressType } = slice
    const service = `${metadata.namespace}/${metadata.labels?.[SERVICE_NAME]}`
    if (!after) {
      // A slice that goes has the time of its last change, not of its end: nothing can be told of its service meanwhile.
      for (const one of this.#waiting) if (one.service === service && one.addressType === addressType) this.#waiting.delete(one)
      return
    }
    // Who only annotates a slice changes nothing.
    if (before && before.metadata.generation === metadata.generation) return
    const at = Date.parse(metadata.annotations?.[TRIGGER_TIME] ?? '')
    if (at > this.#startedAt && this.#waiting.size < WAITING_MAX) this.#waiting.add({ addressType, service, at })
  }
  begun(): void {
    this.#taken = [...this.#waiting]
  }
  /** What the sync that is over has brought into the kernel. */
  synced(): readonly Triggered[] {
    return this.#taken.filter(one => this.#waiting.delete(one))
  }
}
