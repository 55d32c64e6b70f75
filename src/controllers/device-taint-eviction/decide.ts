/** Which pods the taints of their devices drive away, and when. Pure. Upstream: pkg/controller/devicetainteviction. */
import type { Note, Plan, Sight } from '#client/plan.ts'
import { isTerminal, isTerminating } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { DeviceRequestAllocationResult } from '#kinds/resource/allocation.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { type DeviceTaint, tolerates } from '#kinds/resource/taint.ts'
import { disruptionOf } from '../pods/disruption-target.ts'

export interface Seen {
  /** Of each device that the claim has, as its driver offers it now. */
  readonly taintsOf: (device: DeviceRequestAllocationResult) => readonly DeviceTaint[]
  /** Those that use the claim. */
  readonly pods: readonly Pod[]
}

/**
 * When pods that use the claim have to go, in milliseconds since the epoch; nothing when they may stay.
 *
 * | a NoExecute taint of one of its devices | they go |
 * |---|---|
 * | is not tolerated by the request | at once |
 * | is tolerated for a time | when the shortest of these times is over, from when the taint came |
 * | is tolerated for ever | not for its sake |
 */
export function dueAt({ status }: ResourceClaim, taintsOf: Seen['taintsOf']): number | undefined {
  const ends = (status.allocation?.devices?.results ?? []).flatMap(result =>
    taintsOf(result)
      .filter(({ effect }) => effect === 'NoExecute')
      .flatMap(taint => endOf(result, taint) ?? []),
  )
  return ends.length ? Math.min(...ends) : undefined
}
function endOf({ tolerations = [] }: DeviceRequestAllocationResult, taint: DeviceTaint): number | undefined {
  const since = taint.timeAdded ? Date.parse(taint.timeAdded) : 0
  // One that names no effect is for the choice of devices alone.
  const answers = tolerations.filter(toleration => toleration.effect === 'NoExecute' && tolerates(toleration, taint))
  if (answers.some(({ tolerationSeconds }) => tolerationSeconds === undefined)) return undefined
  return (
    since + Math.min(...answers.map(({ tolerationSeconds = 0 }) => Math.max(0, tolerationSeconds) * 1000), answers.length ? Infinity : 0)
  )
}

export function decide({ object: claim, more: { taintsOf, pods }, now }: Sight<ResourceClaim, Seen>): Plan<ResourceClaim> {
  const due = dueAt(claim, taintsOf)
  if (due === undefined) return {}
  if (due > now) return { lookAgainMs: due - now }
  const going = pods.filter(pod => !isTerminating(pod) && !isTerminal(pod))
  return {
    events: going.map(noteOn),
    update: going.flatMap(pod => disruptionOf(pod, DISRUPTION, now) ?? []),
    delete: going.map(object => ({ kind: Pod, object })),
  }
}
const DISRUPTION = { reason: 'DeletionByDeviceTaintManager', message: 'Device Taint manager: deleting due to NoExecute taint' }
const noteOn = ({ metadata }: Pod): Note => ({
  about: { apiVersion: 'v1', kind: 'Pod', metadata },
  type: 'Normal',
  reason: 'DeviceTaintManagerEviction',
  message: 'Marking for deletion',
})
