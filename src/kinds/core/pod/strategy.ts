/** What happens to a pod on its way into the store. Upstream: registry/core/pod/strategy.go. */

import type { LabelSelector } from '#kinds/meta/label-selector.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Draft } from '#schema/vocabulary.ts'
import { fillAppArmor } from './app-armor.ts'
import { isTerminal, type PodView } from './facts.ts'
import { qosClass } from './quality-of-service.ts'

/** Seconds that a pod is given to end when neither it nor the request says. */
export const GRACE_SECONDS = 30

export function onCreate(pod: Draft<PodView>): void {
  mergeMatchLabelKeys(pod)
  fillAppArmor(pod)
  pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) }
  if (pod.spec.schedulingGates?.length)
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]
}

/** The status of a pod says nothing about who owns it, and its class does not change with its size (KEP-1287). */
export function onUpdate(next: Draft<PodView>, before: PodView, subresource: string): void {
  if (subresource !== 'status') {
    ungate(next, before)
    return
  }
  delete next.metadata.ownerReferences
  if (before.metadata.ownerReferences) next.metadata.ownerReferences = before.metadata.ownerReferences as never
  if (before.status.qosClass) next.status.qosClass ??= before.status.qosClass
  keepTransitionTimes(next, before)
}
/** When the last gate is lifted, the pod is no longer reported as gated. */
function ungate(next: Draft<PodView>, before: PodView): void {
  if (!before.spec.schedulingGates?.length || next.spec.schedulingGates?.length) return
  const conditions = next.status.conditions?.filter(one => !(one.type === 'PodScheduled' && one.reason === 'SchedulingGated'))
  if (conditions) next.status.conditions = conditions
}
/** A condition whose status has not changed has not changed at another time, whatever an old client says. */
function keepTransitionTimes(next: Draft<PodView>, before: PodView): void {
  for (const condition of next.status.conditions ?? []) {
    const known = before.status.conditions?.find(one => one.type === condition.type)
    if (known && isEqual(known.status, condition.status) && !condition.lastTransitionTime && known.lastTransitionTime)
      condition.lastTransitionTime = known.lastTransitionTime
  }
}

/** Turns `matchLabelKeys` into requirements on the values that this pod's labels have (KEP-3633, KEP-3243). */
function mergeMatchLabelKeys({ metadata, spec }: Draft<PodView>): void {
  const labels = metadata.labels ?? {}
  const merge = (
    term: { labelSelector?: Draft<LabelSelector>; matchLabelKeys?: string[]; mismatchLabelKeys?: string[] },
    keys: string[] | undefined,
    operator: 'In' | 'NotIn',
  ) => {
    for (const key of keys ?? []) {
      const value = labels[key]
      if (value === undefined || !term.labelSelector) continue
      term.labelSelector.matchExpressions = [...(term.labelSelector.matchExpressions ?? []), { key, operator, values: [value] }]
    }
  }
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {}
  for (const affinity of [podAffinity, podAntiAffinity]) {
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
    const preferred = (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(one => one.podAffinityTerm)
    for (const term of [...required, ...preferred]) {
      merge(term, term.matchLabelKeys, 'In')
      merge(term, term.mismatchLabelKeys, 'NotIn')
    }
  }
  for (const constraint of spec.topologySpreadConstraints ?? []) merge(constraint, constraint.matchLabelKeys, 'In')
}

/** Seconds to wait for the kubelet; pods that no kubelet runs, or that have ended, go at once. */
export function gracePeriod(pod: PodView, asked: number | undefined): number {
  const wanted = asked ?? pod.spec.terminationGracePeriodSeconds ?? GRACE_SECONDS
  if (!pod.spec.nodeName || isTerminal(pod)) return 0
  return wanted < 0 ? 1 : wanted
}
