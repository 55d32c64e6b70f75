/** Finds servers that ask us what we ask them, such as a stub resolver that was told to use cluster DNS. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Random } from '#base/random.ts'
import type { Upstream } from '../settings.ts'
import { encodeName } from '../wire/name.ts'
import { CLASS_IN, TYPE } from '../wire/numbers.ts'
import { exchange } from './exchange.ts'

/** Nobody has names below it (RFC 6761), so that a server that does not loop answers by itself. */
const PROBE_DOMAIN = 'loop-check.knarr.invalid'
const PROBE_TIMEOUT_MS = 5_000
/** A server may be told otherwise meanwhile. */
const PROBE_AGAIN_MS = 300_000

interface Probed {
  readonly at: number
  readonly loops: boolean
}
interface Probe {
  readonly server: Upstream
  hasReturned: boolean
}

export class LoopWatch {
  readonly #options: { readonly clock: Clock; readonly random: Random; readonly log: Log }
  readonly #probed = new Map<string, Probed>()
  /** By name, those that are out. */
  readonly #out = new Map<string, Probe>()

  constructor(options: { readonly clock: Clock; readonly random: Random; readonly log: Log }) {
    this.#options = options
  }

  /** Those that are not known to loop; the ones that were not looked at lately are probed beside. */
  withoutLoops(upstreams: readonly Upstream[]): readonly Upstream[] {
    const now = this.#options.clock.now()
    return upstreams.filter(server => {
      const known = this.#probed.get(keyOf(server))
      if (!known || known.at + PROBE_AGAIN_MS <= now) this.#probe(server)
      return !this.#probed.get(keyOf(server))?.loops
    })
  }

  /** True when the name is a probe of ours that came back: the server it was sent to is asked no more. */
  hasReturned(name: string): boolean {
    if (!name.endsWith(PROBE_DOMAIN)) return false
    const probe = this.#out.get(name)
    if (!probe || probe.hasReturned) return true
    probe.hasReturned = true
    const { clock, log } = this.#options
    const { address } = probe.server
    if (!this.#probed.get(keyOf(probe.server))?.loops) log.warn({ server: address }, `resolver ${address} ${LOOPS}`)
    this.#probed.set(keyOf(probe.server), { at: clock.now(), loops: true })
    return true
  }

  #probe(server: Upstream): void {
    const { clock, random, log } = this.#options
    const at = clock.now()
    this.#probed.set(keyOf(server), { at, loops: this.#probed.get(keyOf(server))?.loops ?? false })
    const name = `${random.uuid().replaceAll('-', '')}.${PROBE_DOMAIN}`
    const probe: Probe = { server, hasReturned: false }
    this.#out.set(name, probe)
    const question = Buffer.concat([encodeName(name) as Buffer, Buffer.of(0, TYPE.TXT, 0, CLASS_IN)])
    exchange(server, { question, wantsDnssec: false, flags: 0 }, { clock, random, timeoutMs: PROBE_TIMEOUT_MS })
      // Whoever does not answer does not loop either; the real questions tell that it fails.
      .catch((error: unknown) => log.debug({ server: server.address, error }, 'no answer to a loop check'))
      .finally(() => {
        this.#out.delete(name)
        this.#probed.set(keyOf(server), { at, loops: probe.hasReturned })
      })
  }
}
const LOOPS =
  'asks cluster DNS in its turn, so it is not asked; let it ask somebody else, or name other upstreams in the config map kube-system/knarr-dns'
const keyOf = ({ address, port }: Upstream): string => `${address}#${port}`
