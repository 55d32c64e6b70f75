/** Devices that are parts of the same thing draw on shared counters. Pure. Upstream: structured/internal, checkAvailableCounters; KEP-4815. */
import type { Device } from '#kinds/resource/device.ts'
import { amounts, type Counters, type Pool } from './pools.ts'
import { keyOfDevice, type Taken } from './taken.ts'

type Mutable = Map<string, Map<string, bigint>>
const copy = (counters: Counters): Mutable => new Map([...counters].map(([name, set]) => [name, new Map(set)]))
function draw(left: Mutable, { consumesCounters = [] }: Device): void {
  for (const { counterSet, counters } of consumesCounters) {
    const set = left.get(counterSet)
    for (const [name, amount] of amounts(counters)) {
      const before = set?.get(name)
      if (before !== undefined) set?.set(name, before - amount)
    }
  }
}

/** What claims have left of the pool's counters. */
export function countersLeft({ driver, pool, counters, slices, elsewhere }: Pool, taken: Taken): Counters {
  const left = copy(counters)
  for (const { spec } of [...slices, ...elsewhere])
    for (const device of spec.devices ?? []) if (taken.isInUse(keyOfDevice({ driver, pool, device: device.name }))) draw(left, device)
  return left
}
/** Whether the counters suffice for all these devices of the pool. */
export function suffices(left: Counters, devices: readonly Device[]): boolean {
  const remaining = copy(left)
  for (const device of devices) draw(remaining, device)
  return [...remaining.values()].every(set => [...set.values()].every(amount => amount >= 0n))
}
