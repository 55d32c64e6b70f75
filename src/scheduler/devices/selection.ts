/** Whether a device is one of those that a request means: of its class, and as its selectors say. */
import type { Node } from '#kinds/core/node.ts'
import type { Device } from '#kinds/resource/device.ts'
import { deviceExpression, isMatching } from '#kinds/resource/device-expression.ts'
import type { DeviceSelector } from '#kinds/resource/device-selector.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { type DeviceToleration, tolerates } from '#kinds/resource/taint.ts'
import { isReachable } from './pools.ts'
import { AllocationError, nameOf, type Wanted } from './wanted.ts'

/** Throws AllocationError when a selector cannot be asked. */
export function isSelected({ claim, deviceClass, details }: Wanted, { spec }: ResourceSlice, device: Device, node: Node): boolean {
  const matches = (selectors: readonly DeviceSelector[], whose: string) =>
    selectors.every(({ cel }, i) => answer(`${whose}: selector #${i}`, cel?.expression, spec.driver, device))
  if (!matches(deviceClass.spec.selectors ?? [], `class ${deviceClass.metadata.name}`)) return false
  if (!matches(details.selectors ?? [], `claim ${nameOf(claim)}`)) return false
  return !spec.perDeviceNodeSelection || isReachable(device, node)
}

/** Slices are never changed in place, so that what is found of a device holds for good. */
const known = new WeakMap<Device, Map<string, boolean>>()
function answer(place: string, text: string | undefined, driver: string, device: Device): boolean {
  if (text === undefined) throw new AllocationError(`${place}: CEL expression empty (unsupported selector type?)`)
  const answers = known.get(device) ?? new Map<string, boolean>()
  const before = answers.get(text)
  if (before !== undefined) return before
  const expression = attempt(`${place}: CEL compile error`, () => deviceExpression(text))
  const found = attempt(`${place}: CEL runtime error`, () => isMatching(expression, driver, device))
  known.set(device, answers.set(text, found))
  return found
}
function attempt<T>(place: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new AllocationError(`${place}: ${(error as Error).message}`, { cause: error })
  }
}

/** Whether a taint keeps the device from being chosen. */
export const isRepelled = ({ taints = [] }: Device, tolerations: readonly DeviceToleration[] = []): boolean =>
  taints.some(taint => taint.effect !== 'None' && !tolerations.some(toleration => tolerates(toleration, taint)))
