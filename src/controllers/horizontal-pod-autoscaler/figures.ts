/** How the pods of a workload stand with regard to a metric: measured, missing, or not to be counted yet. Upstream: groupPods. */
import { parseDuration } from '#base/duration.ts'
import { condition, isSidecar } from '#kinds/core/pod/facts.ts'
import { isPodLevelResource, requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodMetrics } from '#kinds/metrics/pod-metrics.ts'
import { parseQuantity } from '#schema/quantity.ts'
import type { PodFigures } from './proposal.ts'

/** Upstream: --horizontal-pod-autoscaler-cpu-initialization-period. While it starts, a pod uses more than it will. */
const INITIALIZATION_MS = 5 * 60_000
/** Upstream: --horizontal-pod-autoscaler-initial-readiness-delay. */
const INITIAL_READINESS_MS = 30_000

/** One measured value of a pod, in thousandths of the unit, and the time in which it was measured. */
export interface Measured {
  readonly value: number
  /** The end of that time, in milliseconds since the epoch. */
  readonly at: number
  readonly windowMs: number
}
export interface Question {
  /** Of cpu, the first minutes of a pod do not count. */
  readonly isCpu: boolean
  readonly now: number
}

export const thousandths = (quantity: string): number => Number((parseQuantity(quantity).nanos + 999_999n) / 1_000_000n)

/** The use of a resource by each pod, or by one container of each; pods that were not measured whole are left out. */
export function useOf(metrics: readonly PodMetrics[], resource: string, container?: string): ReadonlyMap<string, Measured> {
  const entries = metrics.flatMap(({ metadata, containers, timestamp, window }) => {
    const counted = (containers ?? []).filter(({ name }) => container === undefined || name === container)
    const amounts = counted.map(({ usage }) => usage[resource])
    if (counted.length === 0 || amounts.includes(undefined)) return []
    const value = amounts.reduce((sum, amount) => sum + thousandths(amount ?? '0'), 0)
    return [[metadata.name ?? '', { value, at: Date.parse(timestamp), windowMs: Number(parseDuration(window) / 1_000_000n) }] as const]
  })
  return new Map(entries)
}

/** Pods that are going, or have failed, are not there; the others are measured, missing, or do not count yet. */
export function figuresOf(pods: readonly Pod[], measured: ReadonlyMap<string, Measured>, question: Question): PodFigures {
  const usage = new Map<string, number>()
  const unready = new Set<string>()
  const missing = new Set<string>()
  for (const pod of pods) {
    const { name = '', deletionTimestamp } = pod.metadata
    if (deletionTimestamp || pod.status.phase === 'Failed') continue
    const found = measured.get(name)
    if (pod.status.phase === 'Pending') unready.add(name)
    else if (!found) missing.add(name)
    else if (question.isCpu && !countsYet(pod, found, question.now)) unready.add(name)
    else usage.set(name, found.value)
  }
  return { usage, unready, missing }
}
function countsYet(pod: Pod, { at, windowMs }: Measured, now: number): boolean {
  const ready = condition(pod, 'Ready')
  if (!ready || !pod.status.startTime) return false
  const startedAt = Date.parse(pod.status.startTime)
  const turnedAt = Date.parse(ready.lastTransitionTime ?? pod.status.startTime)
  if (startedAt + INITIALIZATION_MS > now) return ready.status !== 'False' && at >= turnedAt + windowMs
  return ready.status !== 'False' || startedAt + INITIAL_READINESS_MS <= turnedAt
}

/** What the pod, or one container of it, asks for, in thousandths. Throws an Error where it asks for nothing. */
export function requestOf(pod: Pod, resource: string, container?: string): number {
  const { metadata, spec } = pod
  if (container === undefined && Object.keys(spec.resources?.requests ?? {}).some(isPodLevelResource)) {
    const whole = requestsOf(pod)[resource]
    if (whole === undefined) throw new Error(`missing pod-level request for ${resource} in Pod ${metadata.name}`)
    return thousandths(whole)
  }
  const counted = [...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)].filter(
    ({ name }) => container === undefined || name === container,
  )
  if (counted.length === 0) throw new Error(`container ${container} not found in Pod ${metadata.name}`)
  return counted.reduce((sum, { name, resources }) => {
    const request = resources?.requests?.[resource]
    if (request === undefined) throw new Error(`missing request for ${resource} in container ${name} of Pod ${metadata.name}`)
    return sum + thousandths(request)
  }, 0)
}
