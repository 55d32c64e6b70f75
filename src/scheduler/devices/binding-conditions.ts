/** Whether devices that have to be made ready first are. Pure. Upstream: dynamicresources, isClaimReadyForBinding; KEP-5007. */
import type { DeviceRequestAllocationResult } from '#kinds/resource/allocation.ts'
import type { AllocatedDeviceStatus, ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { keyOfDevice } from './taken.ts'

/** Devices that are not ready by then are given up. Upstream: DynamicResourcesBindingTimeoutDefault. */
export const BINDING_TIMEOUT_MS = 600_000

type Claim = Pick<ResourceClaim, 'metadata' | 'status'>
export type Readiness = { readonly is: 'ready' | 'waiting' } | { readonly is: 'failed'; readonly why: string }

export function readinessOf({ metadata, status }: Claim): Readiness {
  for (const result of status.allocation?.devices?.results ?? []) {
    if (!result.bindingConditions?.length) continue
    const device = status.devices?.find(each => keyOfDevice(each) === keyOfDevice(result))
    if (!device) return { is: 'waiting' }
    const failure = (result.bindingFailureConditions ?? []).map(type => conditionOf(device, type)).find(found => found?.status === 'True')
    if (failure) {
      const why = `claim=${metadata.name}, reason=${failure.reason}, message=${JSON.stringify(failure.message)}`
      return { is: 'failed', why: `device binding failed: ${why}` }
    }
    if (!isReady(result, device)) return { is: 'waiting' }
  }
  return { is: 'ready' }
}
const conditionOf = ({ conditions }: AllocatedDeviceStatus, type: string) => conditions?.find(each => each.type === type)
const isReady = ({ bindingConditions = [] }: DeviceRequestAllocationResult, device: AllocatedDeviceStatus) =>
  bindingConditions.every(type => conditionOf(device, type)?.status === 'True')

export const isConditional = ({ status }: Claim): boolean =>
  (status.allocation?.devices?.results ?? []).some(({ bindingConditions }) => bindingConditions?.length)
export const isOverdue = (claim: Claim, now: number): boolean => isConditional(claim) && dueAt(claim, now) < now
/** Milliseconds since the epoch. */
export function dueAt({ status }: Claim, now: number): number {
  const since = status.allocation?.allocationTimestamp
  return (since ? Date.parse(since) : now) + BINDING_TIMEOUT_MS
}
/** Whether the pod need not wait any more for what was chosen: it never comes. */
export function isGivenUp(claim: Claim, now: number): boolean {
  const { is } = readinessOf(claim)
  return is === 'failed' || (is === 'waiting' && isOverdue(claim, now))
}
