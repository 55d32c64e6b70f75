/** Takes back what drivers have offered on this node when they are gone: nobody could prepare it. Upstream: cm/dra/plugin, wipeResourceSlices. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Client } from '#client/transport.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'

/** A driver that is only being replaced is back by then. Upstream: defaultWipingDelay. */
const DELAY_MS = 30_000

export interface SliceCareOptions {
  readonly client: Client
  readonly clock: Clock
  readonly log: Log
  readonly nodeName: string
  readonly isHere: (driver: string) => boolean
}

export class SliceCare implements Disposable {
  readonly #options: SliceCareOptions
  readonly #timers = new Map<string, Disposable>()

  /** What drivers have left that did not come back with the kubelet goes, too. */
  constructor(options: SliceCareOptions) {
    this.#options = options
    this.#later('')
  }
  changed(driver: string, isHere: boolean): void {
    if (isHere) this.#cancel(driver)
    else this.#later(driver)
  }
  [Symbol.dispose](): void {
    for (const driver of this.#timers.keys()) this.#cancel(driver)
  }

  /** Without a name: of all drivers. */
  #later(driver: string): void {
    this.#cancel(driver)
    const timer = this.#options.clock.after(DELAY_MS, () => void this.#clean(driver))
    this.#timers.set(driver, timer)
  }
  #cancel(driver: string): void {
    this.#timers.get(driver)?.[Symbol.dispose]()
    this.#timers.delete(driver)
  }
  async #clean(driver: string): Promise<void> {
    const { client, log, nodeName, isHere } = this.#options
    this.#timers.delete(driver)
    try {
      const { items } = await client.list(ResourceSlice, { fieldSelector: `spec.nodeName=${nodeName}` })
      const left = items.filter(({ spec }) => (!driver || spec.driver === driver) && !isHere(spec.driver))
      for (const { metadata } of left) await client.delete(ResourceSlice, { name: metadata.name as string }).catch(unlessGone)
    } catch (error) {
      log.warn({ error, driver }, 'cannot take back the resource slices of a driver that is gone, trying again')
      this.#later(driver)
    }
  }
}
function unlessGone(error: unknown): void {
  if (!isRefusal(error, 'NotFound')) throw error
}
