/** Looks for devices for all requests of several claims together, on one node: the first that fit, in their order. Pure. Upstream: structured/internal, allocateOne. */
import type { Node } from '#kinds/core/node.ts'
import type { Device } from '#kinds/resource/device.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { consumptionOf, hasRoom } from './capacity.ts'
import { allows } from './constraints.ts'
import { countersLeft, suffices } from './counters.ts'
import type { Counters, Pool } from './pools.ts'
import { isRepelled, isSelected } from './selection.ts'
import { type Consumed, keyOfDevice, type Taken } from './taken.ts'
import { AllocationError, nameOf, type Wanted, type Wishes } from './wanted.ts'

/** A device that can be reached from the node. */
export interface Candidate {
  readonly key: string
  readonly device: Device
  readonly slice: ResourceSlice
  readonly pool: Pool
  /** Whether several can have a share of it. */
  readonly isShared: boolean
}
export interface Choice {
  readonly wanted: Wanted
  readonly candidate: Candidate
  /** What it uses of a shared device, in billionths. */
  readonly consumed?: Consumed
}
export interface Offer {
  readonly node: Node
  readonly pools: readonly Pool[]
  readonly taken: Taken
}

/** So that an allocation fits in its claim. Upstream: AllocationResultsMaxSize. */
export const RESULTS_MAX = 32
/** Where everything could be combined with everything, a search ends here; upstream ends it after ten seconds. */
const STEPS_MAX = 20_000
/** `full`: there are more devices than an allocation may have, whichever they are. */
type Outcome = boolean | 'full'

export class Search {
  readonly #offer: Offer
  readonly #wishes: Wishes
  readonly #candidates: readonly Candidate[]
  readonly #chosen: Choice[] = []
  /** Of requests for all devices. */
  readonly #all = new Map<Wanted, readonly Candidate[]>()
  readonly #left = new Map<Pool, Counters>()
  #steps = 0

  /** Throws AllocationError when it cannot be said what a request means. */
  constructor(offer: Offer, wishes: Wishes) {
    this.#offer = offer
    this.#wishes = wishes
    this.#candidates = offer.pools.flatMap(candidatesOf)
    for (const requests of wishes) {
      for (const wanted of requests.flat()) if (wanted.details.allocationMode === 'All') this.#all.set(wanted, this.#allFor(wanted))
      const least = requests.reduce((sum, each) => sum + Math.min(...each.map(wanted => this.#countOf(wanted))), 0)
      const [claim] = requests.flat()
      if (claim && least > RESULTS_MAX)
        throw new AllocationError(
          `claim ${nameOf(claim.claim)}: number of requested devices ${least} exceeds the claim limit of ${RESULTS_MAX}`,
        )
    }
  }

  /** In the order of the requests; nothing when there are none that fit. */
  run(): readonly Choice[] | undefined {
    return this.#request(0, 0) === true ? this.#chosen : undefined
  }

  #request(claim: number, at: number): Outcome {
    const requests = this.#wishes[claim]
    if (!requests) return true
    const alternatives = requests[at]
    if (!alternatives) {
      const outcome = this.#request(claim + 1, 0)
      // Another choice for this claim may leave the next one other alternatives.
      return outcome === 'full' ? false : outcome
    }
    let isFull = true
    for (const wanted of alternatives) {
      const outcome = this.#fill(wanted, { done: 0, from: 0, next: () => this.#request(claim, at + 1) })
      if (outcome === true) return true
      if (outcome !== 'full') isFull = false
    }
    return isFull ? 'full' : false
  }

  /** Chooses what the request lacks, from the given candidate on: the order of devices within a request makes no difference. */
  #fill(wanted: Wanted, { done, from, next }: { done: number; from: number; next: () => Outcome }): Outcome {
    if (++this.#steps > STEPS_MAX) throw new AllocationError(`node ${this.#offer.node.metadata.name}: timed out trying to allocate devices`)
    const count = this.#countOf(wanted)
    if (wanted.details.allocationMode === 'All' && count === 0) return false
    if (done >= count) return next()
    const already = this.#chosen.filter(choice => choice.wanted.claim === wanted.claim).length
    if (already + count - done > RESULTS_MAX) return 'full'
    const attempt = (candidate: Candidate, following: number): Outcome => {
      const choice = this.#choose(wanted, candidate)
      if (!choice) return false
      this.#chosen.push(choice)
      const outcome = this.#fill(wanted, { done: done + 1, from: following, next })
      if (outcome !== true) this.#chosen.pop()
      return outcome
    }
    const all = this.#all.get(wanted)
    if (all) return attempt(all[done] as Candidate, 0)
    for (let i = from; i < this.#candidates.length; i++) {
      const candidate = this.#candidates[i] as Candidate
      if (this.#isInTheWay(wanted, candidate) || !this.#isMeant(wanted, candidate)) continue
      const outcome = attempt(candidate, i + 1)
      if (outcome !== false) return outcome
    }
    return false
  }

  /** Nothing when something stands against it. Throws AllocationError when it is one of all and a constraint does. */
  #choose(wanted: Wanted, candidate: Candidate): Choice | undefined {
    const { device, isShared } = candidate
    if (this.#isInTheWay(wanted, candidate) || !this.#hasCounters(candidate)) return undefined
    if (isRepelled(device, wanted.details.tolerations)) return undefined
    const match = matchOf(wanted, candidate)
    const chosen = this.#chosen
      .filter(choice => choice.wanted.claim === wanted.claim)
      .map(choice => matchOf(choice.wanted, choice.candidate))
    const { constraints = [] } = wanted.claim.spec.devices
    if (!constraints.every(constraint => allows(constraint, chosen, match))) {
      if (!this.#all.has(wanted)) return undefined
      const why = `cannot add device ${candidate.key} because a claim constraint would not be satisfied`
      throw new AllocationError(`claim ${nameOf(wanted.claim)}, request ${wanted.ownName}: ${why}`)
    }
    if (!this.#hasRoom(wanted, candidate)) return undefined
    return { wanted, candidate, ...(isShared && { consumed: consumptionOf(device, wanted.details.capacity) }) }
  }

  /** Whether somebody has it for himself. Supervision minds only its own claim. */
  #isInTheWay({ claim, isAdmin }: Wanted, { key, isShared }: Candidate): boolean {
    const isChosen = () =>
      !isShared && this.#chosen.some(choice => choice.candidate.key === key && (!isAdmin || choice.wanted.claim === claim))
    return (!isAdmin && this.#offer.taken.isTaken(key)) || isChosen()
  }
  #isMeant(wanted: Wanted, candidate: Candidate): boolean {
    return isSelected(wanted, candidate.slice, candidate.device, this.#offer.node) && this.#hasRoom(wanted, candidate)
  }
  #hasRoom({ details }: Wanted, { key, device }: Candidate): boolean {
    const before = this.#offer.taken.consumed(key)
    const now = this.#chosen.flatMap(({ candidate, consumed }) => (candidate.key === key && consumed ? [consumed] : []))
    return hasRoom(device, details.capacity, before ? [before, ...now] : now)
  }
  #hasCounters(candidate: Candidate): boolean {
    const { pool, device } = candidate
    if (!device.consumesCounters?.length || this.#isPaidFor(candidate, this.#chosen)) return true
    const left = this.#left.get(pool) ?? countersLeft(pool, this.#offer.taken)
    this.#left.set(pool, left)
    const own = this.#chosen.filter(
      (choice, i) => choice.candidate.pool === pool && !this.#isPaidFor(choice.candidate, this.#chosen.slice(0, i)),
    )
    return suffices(left, [...own.map(choice => choice.candidate.device), device])
  }
  /** A shared device draws on counters once, with its first share. */
  #isPaidFor({ key, isShared }: Candidate, chosen: readonly Choice[]): boolean {
    return isShared && (this.#offer.taken.consumed(key) !== undefined || chosen.some(({ candidate }) => candidate.key === key))
  }

  #countOf(wanted: Wanted): number {
    return this.#all.get(wanted)?.length ?? wanted.details.count ?? 1
  }
  #allFor(wanted: Wanted): readonly Candidate[] {
    const place = `claim ${nameOf(wanted.claim)}, request ${wanted.ownName}: asks for all devices, but resource pool`
    // One after the other, so that what is wrong first is told.
    return this.#offer.pools.flatMap(pool => {
      const state = pool.state === 'incomplete' ? 'being updated' : 'invalid'
      if (pool.state !== 'whole') throw new AllocationError(`${place} ${pool.driver}/${pool.pool} is currently ${state}`)
      return this.#candidates.filter(candidate => candidate.pool === pool && this.#isMeant(wanted, candidate))
    })
  }
}

const matchOf = ({ name, base }: Wanted, { device, pool }: Candidate) => ({ driver: pool.driver, device, name, base })
const candidatesOf = (pool: Pool): readonly Candidate[] =>
  pool.slices.flatMap(slice =>
    (slice.spec.devices ?? []).map(device => ({
      key: keyOfDevice({ driver: pool.driver, pool: pool.pool, device: device.name }),
      device,
      slice,
      pool,
      isShared: device.allowMultipleAllocations === true,
    })),
  )
