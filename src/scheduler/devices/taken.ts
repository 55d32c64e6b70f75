/** Which devices are taken by claims, and how much of those that several share. Upstream: allocateddevices.go. */
import type { DeviceRequestAllocationResult } from '#kinds/resource/allocation.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { parseQuantity } from '#schema/quantity.ts'

/** Where a device is found: its driver, its pool, its name. */
export interface DeviceId {
  readonly driver: string
  readonly pool: string
  readonly device: string
}
export const keyOfDevice = ({ driver, pool, device }: DeviceId): string => `${driver}/${pool}/${device}`
/** Amounts in billionths by the capacity's name. */
export type Consumed = ReadonlyMap<string, bigint>

type Allocated = Pick<ResourceClaim, 'status'>
export class Taken {
  /** How many claims have a device for themselves: never more than one, but for the moment in which a decision is being written. */
  readonly #alone = new Map<string, number>()
  readonly #shares = new Map<string, { count: number; readonly consumed: Map<string, bigint> }>()

  /** Whether a claim has it for itself. */
  isTaken(key: string): boolean {
    return this.#alone.has(key)
  }
  /** What is used up of a device that several share; undefined when nobody does. */
  consumed(key: string): Consumed | undefined {
    return this.#shares.get(key)?.consumed
  }
  isInUse(key: string): boolean {
    return this.#alone.has(key) || this.#shares.has(key)
  }
  add(claim: Allocated): void {
    this.#count(claim, 1)
  }
  remove(claim: Allocated): void {
    this.#count(claim, -1)
  }

  #count({ status }: Allocated, by: 1 | -1): void {
    for (const result of status.allocation?.devices?.results ?? []) {
      // Supervision takes nothing from anybody.
      if (result.adminAccess) continue
      if (result.shareID === undefined) this.#countAlone(keyOfDevice(result), by)
      else this.#countShare(result, by)
    }
  }
  #countAlone(key: string, by: number): void {
    const count = (this.#alone.get(key) ?? 0) + by
    if (count > 0) this.#alone.set(key, count)
    else this.#alone.delete(key)
  }
  #countShare(result: DeviceRequestAllocationResult, by: 1 | -1): void {
    const key = keyOfDevice(result)
    const share = this.#shares.get(key) ?? { count: 0, consumed: new Map<string, bigint>() }
    share.count += by
    for (const [name, amount] of Object.entries(result.consumedCapacity ?? {}))
      share.consumed.set(name, (share.consumed.get(name) ?? 0n) + BigInt(by) * parseQuantity(amount).nanos)
    if (share.count > 0) this.#shares.set(key, share)
    else this.#shares.delete(key)
  }
}
