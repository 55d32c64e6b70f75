/** Tokens of service accounts for the pods of this node: asked for once, renewed before they expire, forgotten with their pod. */
import type { Clock } from '#base/clock.ts'
import type { Client } from '#client/transport.ts'
import type { TokenRequest } from '#kinds/authentication/token-request.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { ServiceAccount } from '#kinds/core/service-account.ts'

interface Held {
  readonly token: string
  readonly renewAt: number
  readonly expiresAt: number
}
/** A token is renewed when this part of its life is over, or after a day. Upstream: kubelet, pkg/kubelet/token. */
const RENEW_AT_PART = 0.8
const RENEW_AFTER_MS = 24 * 3_600_000
/** After a failed renewal the old token serves on; the next attempt comes this much later. */
const RETRY_MS = 10_000

export class Tokens {
  readonly #client: Client
  readonly #clock: Clock
  readonly #held = new Map<string, Map<string, Held>>()
  readonly #ofAudiences = new Map<string, Map<string, Held>>()

  constructor(client: Client, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  /** Asks for every token that the pod's volumes project and that is missing or due. Throws Refusal when a first one is refused. */
  async prepare(pod: Pod): Promise<void> {
    const { uid = '' } = pod.metadata
    const held = this.#held.get(uid) ?? new Map<string, Held>()
    this.#held.set(uid, held)
    for (const { audience = '', path, expirationSeconds } of projectionsOf(pod)) {
      const key = `${audience}\0${path}`
      const known = held.get(key)
      if (known && this.#clock.now() < known.renewAt) continue
      try {
        held.set(key, await this.#request(pod, audience, expirationSeconds ?? 3600))
      } catch (error) {
        if (!known || this.#clock.now() >= known.expiresAt) throw error
        held.set(key, { ...known, renewAt: this.#clock.now() + RETRY_MS })
      }
    }
  }
  /** A prepared token. */
  get({ metadata }: Pod, audience: string, path: string): string {
    return this.#held.get(metadata.uid ?? '')?.get(`${audience}\0${path}`)?.token ?? ''
  }
  /** A token for somebody outside of the pod, a registry say, kept until it is due for renewal. Throws Refusal. */
  async forAudience(pod: Pod, audience: string): Promise<string> {
    const { uid = '' } = pod.metadata
    const known = this.#ofAudiences.get(uid)?.get(audience)
    if (known && this.#clock.now() < known.renewAt) return known.token
    const made = await this.#request(pod, audience, 3600)
    this.#ofAudiences.set(uid, (this.#ofAudiences.get(uid) ?? new Map<string, Held>()).set(audience, made))
    return made.token
  }
  /** When the pod's next renewal is due; undefined when it has no tokens. */
  renewalOf({ metadata }: Pod): number | undefined {
    const times = [...(this.#held.get(metadata.uid ?? '')?.values() ?? [])].map(({ renewAt }) => renewAt)
    return times.length ? Math.min(...times) : undefined
  }
  forget({ metadata }: Pod): void {
    this.#held.delete(metadata.uid ?? '')
    this.#ofAudiences.delete(metadata.uid ?? '')
  }

  async #request({ metadata, spec }: Pod, audience: string, expirationSeconds: number): Promise<Held> {
    const { name = '', namespace = '', uid = '' } = metadata
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: { audiences: audience ? [audience] : [], expirationSeconds, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid } },
    }
    const asked = this.#clock.now()
    const of = { kind: ServiceAccount, namespace, name: spec.serviceAccountName || 'default' }
    const { status } = (await this.#client.create(ServiceAccount, body, { of, subresource: 'token' })) as unknown as TokenRequest
    const expiresAt = Date.parse(status.expirationTimestamp)
    return { token: status.token, expiresAt, renewAt: Math.min(asked + (expiresAt - asked) * RENEW_AT_PART, asked + RENEW_AFTER_MS) }
  }
}
const projectionsOf = ({ spec }: Pod) =>
  (spec.volumes ?? []).flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }) => (serviceAccountToken ? [serviceAccountToken] : [])),
  )
