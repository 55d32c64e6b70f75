/** How much of a device's capacity a request uses, where several can share it. Pure. Upstream: structured/internal, consumable_capacity.go; KEP-5075. */
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, Device, DeviceCapacity } from '#kinds/resource/device.ts'
import type { CapacityRequirements } from '#kinds/resource/device-claim.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { Consumed } from './taken.ts'

const UNIT = 1_000_000_000n
const nanos = (text: string): bigint => parseQuantity(text).nanos
/** Rounded up, as upstream reads whole numbers off quantities. */
const units = (text: string): bigint => (nanos(text) + UNIT - 1n) / UNIT

/** In billionths, by capacity. */
export const consumptionOf = (device: Device, wanted: CapacityRequirements | undefined): ReadonlyMap<string, bigint> =>
  new Map(Object.entries(device.capacity ?? {}).map(([name, capacity]) => [name, amountOf(capacity, wanted?.requests?.[name])]))

/** Whether that much is left of each capacity, when so much is used already. */
export function hasRoom(device: Device, wanted: CapacityRequirements | undefined, used: readonly Consumed[]): boolean {
  const capacities = device.capacity ?? {}
  if (Object.keys(wanted?.requests ?? {}).some(name => !Object.hasOwn(capacities, name))) return false
  return Object.entries(capacities).every(([name, capacity]) => {
    const amount = amountOf(capacity, wanted?.requests?.[name])
    if (!isAllowed(amount, capacity.requestPolicy)) return false
    return used.reduce((sum, each) => sum + (each.get(name) ?? 0n), amount) <= nanos(capacity.value)
  })
}

function amountOf({ value, requestPolicy }: DeviceCapacity, requested: string | undefined): bigint {
  if (requested === undefined) return nanos(requestPolicy?.default ?? value)
  const { validRange, validValues } = requestPolicy ?? {}
  if (validRange) return inRange(requested, validRange)
  return validValues?.map(nanos).find(valid => valid >= nanos(requested)) ?? nanos(requested)
}
/** Rounded up to the next step above the least. */
function inRange(requested: string, { min, step }: CapacityRequestPolicyRange): bigint {
  if (min === undefined) return nanos(requested)
  if (nanos(requested) < nanos(min)) return nanos(min)
  if (step === undefined) return nanos(requested)
  const above = units(requested) - units(min)
  return (units(min) + ((above + units(step) - 1n) / units(step)) * units(step)) * UNIT
}
function isAllowed(amount: bigint, policy: CapacityRequestPolicy | undefined): boolean {
  if (!policy || (policy.default !== undefined && amount === nanos(policy.default))) return true
  if (policy.validRange) {
    const { min, max, step } = policy.validRange
    if (max !== undefined && amount > nanos(max)) return false
    return step === undefined || ((amount + UNIT - 1n) / UNIT - units(min)) % units(step) === 0n
  }
  return !policy.validValues?.length || policy.validValues.some(valid => nanos(valid) === amount)
}
