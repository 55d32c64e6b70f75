/** The relays that are wanted, opened and closed as their owners come and go. */
import type { Clock } from '#base/clock.ts'
import { openRelay, type RelayTarget } from './relay.ts'

interface Open {
  relay: RelayTarget
  readonly owner: string
  listener?: Disposable | undefined
  retry?: Disposable | undefined
}
/** A port that is taken may be free again in a moment, as when a pod follows another. */
const RETRY_MS = 1_000

const nameOf = ({ host = '*', port, protocol }: RelayTarget): string => `${protocol} ${host} ${port}`

export class Relays implements Disposable {
  readonly #open = new Map<string, Open>()
  readonly #clock: Clock
  readonly #failed: (relay: RelayTarget, error: Error) => void

  /** `failed` is told once of each port that cannot be listened on; it is tried again. */
  constructor(clock: Clock, failed: (relay: RelayTarget, error: Error) => void) {
    this.#clock = clock
    this.#failed = failed
  }

  /** Puts an owner's relays in place of those that it had. A port that another owner has stays with that one. */
  put(owner: string, relays: readonly RelayTarget[]): void {
    const wanted = new Map(relays.map(relay => [nameOf(relay), relay]))
    for (const [name, open] of this.#open) if (open.owner === owner && !wanted.has(name)) this.#close(name, open)
    for (const [name, relay] of wanted) {
      const known = this.#open.get(name)
      // Connections that are open stay with whom they have reached.
      if (known) known.relay = known.owner === owner ? relay : known.relay
      else this.#listen(name, { relay, owner }, false)
    }
  }
  [Symbol.dispose](): void {
    for (const [name, open] of this.#open) this.#close(name, open)
  }

  #listen(name: string, open: Open, isAgain: boolean): void {
    this.#open.set(name, open)
    const target = () => {
      const { target } = open.relay
      return typeof target === 'function' ? target() : target
    }
    const failed = (error: Error) => {
      open.listener?.[Symbol.dispose]()
      open.listener = undefined
      if (this.#open.get(name) !== open) return
      if (!isAgain) this.#failed(open.relay, error)
      open.retry = this.#clock.after(RETRY_MS, () => this.#listen(name, open, true))
    }
    open.listener = openRelay({ ...open.relay, target }, { clock: this.#clock, failed })
  }
  #close(name: string, { listener, retry }: Open): void {
    this.#open.delete(name)
    listener?.[Symbol.dispose]()
    retry?.[Symbol.dispose]()
  }
}
