/** Writes the devices that were chosen for a pod into its claims, before the pod is bound. Upstream: dynamicresources, Reserve and PreBind. */
import { type Clock, timestamp, wait } from '#base/clock.ts'
import type { Client } from '#client/transport.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { AllocationResult } from '#kinds/resource/allocation.ts'
import { DELETE_PROTECTION, isReservedFor, reservationOf } from '#kinds/resource/pod-claims.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { dueAt, isConditional, isOverdue, readinessOf } from './binding-conditions.ts'
import type { devicesFrom } from './sight.ts'
import { nameOf } from './wanted.ts'

export interface Means {
  readonly client: Client
  readonly clock: Clock
  readonly offers: ReturnType<typeof devicesFrom>
  readonly signal: AbortSignal
}
/** A claim of the pod, and what it is to get; nothing when it has its devices. */
export interface Share {
  readonly claim: ResourceClaim
  readonly allocation?: AllocationResult | undefined
}
/** Somebody else's change in between is met so often by a new look at the claim. */
const ATTEMPTS_MAX = 5
/** How long to wait for word of a device's conditions before looking again. */
const LOOK_MS = 5_000

export class Reservation {
  readonly #pod: Pod
  readonly #shares: readonly Share[]
  readonly #means: Means
  readonly #assumed = new DisposableStack()

  /** From now on the devices count as taken. */
  constructor(pod: Pod, shares: readonly Share[], means: Means) {
    this.#pod = pod
    this.#shares = shares
    this.#means = means
    for (const { claim, allocation } of shares)
      if (allocation) this.#assumed.use(means.offers.assume({ ...claim, status: { ...claim.status, allocation } }))
  }

  /** `pending` is told when devices have to be waited for. Throws when a claim is not as it was seen; then nothing is taken any more. */
  async write(pending: () => void): Promise<void> {
    try {
      const claims: ResourceClaim[] = []
      for (const share of this.#shares) claims.push(isReservedFor(this.#pod, share.claim) ? share.claim : await this.#bind(share))
      this.#assumed.dispose()
      if (!claims.some(isConditional)) return
      pending()
      await this.#readiness(claims)
    } catch (error) {
      await this.undo()
      throw error
    }
  }

  /** The pod does not use its claims after all; their devices stay with them, so that the next attempt finds them. */
  async undo(): Promise<void> {
    this.#assumed.dispose()
    const { client, offers } = this.#means
    for (const { claim } of this.#shares) {
      const { namespace, name = '', uid } = claim.metadata
      const current = offers.claims.get({ namespace, name })
      if (!current || current.metadata.uid !== uid || !isReservedFor(this.#pod, current)) continue
      const entry = { $patch: 'delete', uid: this.#pod.metadata.uid }
      const body = { metadata: { uid }, status: { reservedFor: [entry] } }
      try {
        offers.claims.learn(await client.patch(ResourceClaim, { namespace, name }, 'strategic', body, { subresource: 'status' }))
      } catch (error) {
        if (!isRefusal(error, 'NotFound') && !isRefusal(error, 'Conflict')) throw error
      }
    }
  }

  async #bind({ claim, allocation }: Share, attempt = 1): Promise<ResourceClaim> {
    const { client, clock, offers } = this.#means
    const { namespace, name = '' } = claim.metadata
    try {
      let current = attempt === 1 ? claim : await client.get(ResourceClaim, { namespace, name })
      if (current.metadata.deletionTimestamp) throw new Error(`claim ${nameOf(claim)} got deleted in the meantime`)
      if (allocation && current.status.allocation) throw new Error(`claim ${nameOf(claim)} got allocated elsewhere in the meantime`)
      const finalizers = current.metadata.finalizers ?? []
      if (allocation && !finalizers.includes(DELETE_PROTECTION)) {
        const metadata = { ...current.metadata, finalizers: [...finalizers, DELETE_PROTECTION] }
        current = await client.update(ResourceClaim, { ...current, metadata })
      }
      const chosen = allocation ?? current.status.allocation
      if (!chosen) throw new Error(`claim ${nameOf(claim)} got deallocated elsewhere in the meantime`)
      const status = {
        ...current.status,
        allocation: allocation ? { ...allocation, allocationTimestamp: timestamp(clock.now()) } : chosen,
        reservedFor: [...(current.status.reservedFor ?? []), reservationOf(this.#pod)],
      }
      const written = await client.update(ResourceClaim, { ...current, status }, { subresource: 'status' })
      offers.claims.learn(written)
      return written
    } catch (error) {
      if (!isRefusal(error, 'Conflict') || attempt >= ATTEMPTS_MAX) throw error
      return this.#bind({ claim, allocation }, attempt + 1)
    }
  }

  async #readiness(claims: readonly ResourceClaim[]): Promise<void> {
    const { clock, offers, signal } = this.#means
    for (;;) {
      const current = claims.map(({ metadata }) => offers.claims.get({ namespace: metadata.namespace, name: metadata.name as string }))
      const states = current.map(claim => claim && readinessOf(claim))
      const gone = claims.find((_, i) => !states[i])
      if (gone) throw new Error(`could not find ResourceClaim "${nameOf(gone)}"`)
      const failed = states.find(state => state?.is === 'failed')
      if (failed?.is === 'failed') throw new Error(failed.why)
      if (states.every(state => state?.is === 'ready')) return
      const late = current.find(claim => claim && isOverdue(claim, clock.now()))
      if (late) throw new Error(`device binding timeout: claim=${late.metadata.name}`)
      if (signal.aborted) throw new Error('the scheduler ends')
      const now = clock.now()
      const due = Math.min(...current.map(claim => dueAt(claim as ResourceClaim, now)))
      await wait(clock, Math.max(1, Math.min(LOOK_MS, due + 1 - now)), signal)
    }
  }
}
