/** How many pods a metric asks for. Upstream: pkg/controller/podautoscaler/replica_calculator.go. */
import type { HorizontalPodAutoscaler } from '#kinds/autoscaling/horizontal-pod-autoscaler.ts'
import { quantityToNumber } from '#schema/quantity.ts'

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>

/** A metric that is off by less than this share changes nothing (upstream: --horizontal-pod-autoscaler-tolerance). */
const TOLERANCE: Tolerance = { up: 0.1, down: 0.1 }

/** By how much a metric may be too high, and too low, before anything is done. KEP-4951. */
export interface Tolerance {
  readonly up: number
  readonly down: number
}
/** Rules of an autoscaler that say by how much; where they say nothing, upstream's default holds. */
export const toleranceOf = ({ scaleUp, scaleDown }: Behavior = {}): Tolerance => ({
  up: scaleUp?.tolerance === undefined ? TOLERANCE.up : quantityToNumber(scaleUp.tolerance),
  down: scaleDown?.tolerance === undefined ? TOLERANCE.down : quantityToNumber(scaleDown.tolerance),
})
const isWithin = ({ up, down }: Tolerance, ratio: number): boolean => 1 - down <= ratio && ratio <= 1 + up

/** The pods of the scaled workload, as a metric of each pod sees them. */
export interface PodFigures {
  /** Of pods that are ready and were measured, by pod name: use, in any unit. */
  readonly usage: Usage
  /** Pods that do not count yet: not ready, or so young that their use says nothing. */
  readonly unready: ReadonlySet<string>
  /** Pods that should have been measured and were not. */
  readonly missing: ReadonlySet<string>
}
type Usage = ReadonlyMap<string, number>

/** What the use of pods is compared with. */
export interface Measure {
  /** How far the use of these pods is off: 1 where it is as aimed at. */
  readonly ratio: (usage: Usage) => number
  /** What a pod that is busy uses. */
  readonly full: (name: string) => number
}
/** The use of each pod on average. Of whole units, as upstream counts. */
export const averageOf = (usage: Usage): number => Math.trunc(sum(usage.values()) / usage.size)
export const perPod = (target: number): Measure => ({ ratio: usage => averageOf(usage) / target, full: () => target })

/** The use of pods in percent of what they ask for. Throws an Error where they ask for nothing. */
export function utilizationOf(usage: Usage, requests: Usage): number {
  const asked = sum([...usage.keys()].map(name => requests.get(name) ?? 0))
  if (asked === 0) throw new Error('no metrics returned matched known pods')
  return Math.trunc((sum(usage.values()) * 100) / asked)
}
export const utilization = (percent: number, requests: Usage): Measure => ({
  ratio: usage => utilizationOf(usage, requests) / percent,
  full: name => Math.trunc(((requests.get(name) ?? 0) * Math.max(100, percent)) / 100),
})

export interface Aim {
  readonly current: number
  readonly tolerance?: Tolerance | undefined
}

/**
 * The number of pods at which each would use what is aimed at. At least one pod must have been measured.
 *
 * | pods | counted, when the number would grow | when it would shrink |
 * |---|---|---|
 * | measured | as measured | as measured |
 * | not measured | using nothing | using all that is aimed at |
 * | not ready | using nothing | not at all |
 *
 * A change that these guesses turn round, or make small, is none.
 */
export function podsFor({ usage, unready, missing }: PodFigures, measure: Measure, { current, tolerance = TOLERANCE }: Aim): number {
  const ratio = measure.ratio(usage)
  const grows = ratio > 1
  const guessed = [...missing, ...(grows ? unready : [])]
  if (guessed.length === 0) return isWithin(tolerance, ratio) ? current : Math.ceil(ratio * usage.size)
  const all = new Map([...usage, ...guessed.map(name => [name, grows ? 0 : measure.full(name)] as const)])
  const again = measure.ratio(all)
  if (isWithin(tolerance, again) || again > 1 !== grows) return current
  const wanted = Math.ceil(again * all.size)
  return (grows && wanted < current) || (!grows && wanted > current) ? current : wanted
}
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

/** For one value of the whole, of an object or from outside. Throws an Error where no pod is there that it could be compared for. */
export function podsForValue(value: number, target: number, { pods, ready, current, tolerance = TOLERANCE }: Whole): number {
  const ratio = value / target
  if (isWithin(tolerance, ratio)) return current
  if (pods === 0) throw new Error('unable to calculate ready pods: no pods returned by selector while calculating replica count')
  return Math.ceil(ratio * ready)
}
interface Whole extends Aim {
  /** How many the selector selects, and how many of these are ready. */
  readonly pods: number
  readonly ready: number
}
/** Where the target is what each pod should have of the whole: `there` are so many now. */
export function podsForShare(value: number, target: number, there: number, tolerance: Tolerance = TOLERANCE): number {
  return isWithin(tolerance, value / (target * there)) ? there : Math.ceil(value / target)
}
