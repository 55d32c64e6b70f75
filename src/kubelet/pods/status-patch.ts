/** The difference between two pod statuses as a strategic merge patch; conditions merge by type, so those of others stay. */
import type { PodStatus } from '#kinds/core/pod-status.ts'
import { RESIZE_CONDITIONS } from './resize-conditions.ts'
import { isEqual } from '#schema/json-value.ts'

/** Undefined when there is none. */
export function statusPatch(before: PodStatus, after: PodStatus): Readonly<Record<string, unknown>> | undefined {
  const patch: Record<string, unknown> = {}
  for (const key of new Set([...Object.keys(before), ...OWN]) as Set<keyof PodStatus>) {
    if (!OWN.has(key) || isEqual(before[key] ?? null, after[key] ?? null)) continue
    if (key === 'conditions') {
      const known = new Map((before.conditions ?? []).map(condition => [condition.type, condition]))
      const changed = (after.conditions ?? []).filter(condition => !isEqual(known.get(condition.type) ?? null, condition))
      const gone = OWN_CONDITIONS.filter(type => known.has(type) && !after.conditions?.some(condition => condition.type === type))
      const parts = [...changed.map(condition => ({ ...CLEARED, ...condition })), ...gone.map(type => ({ $patch: 'delete', type }))]
      if (parts.length) patch.conditions = parts
    } else if ((key === 'podIPs' || key === 'hostIPs') && after[key]) patch[key] = [{ $patch: 'replace' }, ...after[key]]
    // Amounts that are no longer told must not stay.
    else if ((key === 'resources' || key === 'allocatedResources') && after[key] && before[key])
      patch[key] = { $patch: 'replace', ...after[key] }
    else patch[key] = after[key] ?? null
  }
  return Object.keys(patch).length ? patch : undefined
}
/** The fields that the node writes; the others belong to others. */
const OWN: ReadonlySet<string> = new Set(
  'observedGeneration phase conditions message reason hostIP hostIPs podIP podIPs startTime initContainerStatuses containerStatuses qosClass ephemeralContainerStatuses allocatedResources resources'.split(
    ' ',
  ),
)
/** Conditions of ours, which go when they are not told any more. */
const OWN_CONDITIONS = [
  'PodScheduled',
  'PodReadyToStartContainers',
  'Initialized',
  'ContainersReady',
  'Ready',
  ...RESIZE_CONDITIONS,
  'AllContainersRestarting',
]
/** What a condition no longer says must be taken out by name. */
const CLEARED = { reason: null, message: null }
