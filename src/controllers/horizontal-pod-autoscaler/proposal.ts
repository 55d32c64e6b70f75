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
  readonly usage: ReadonlyMap<string, number>
  /** The amount that stands for 100 %, by pod name, of all pods: requests for utilization, else the target of one pod. */
  readonly base: ReadonlyMap<string, number>
  /** Pods that do not count yet: not ready, or so young that their use says nothing. */
  readonly unready: ReadonlySet<string>
  /** Pods that should have been measured and were not. */
  readonly missing: ReadonlySet<string>
}
export interface Aim {
  readonly current: number
  /** Use that is aimed at, as a share of the base: 0.8 for a utilization of 80 %. */
  readonly share: number
  readonly tolerance?: Tolerance | undefined
}

/**
 * The number of pods at which each would use what is aimed at. Undefined when nothing was measured.
 *
 * | pods | counted, when the number would grow | when it would shrink |
 * |---|---|---|
 * | measured | as measured | as measured |
 * | not measured | using nothing | using all that is aimed at |
 * | not ready | using nothing | not at all |
 *
 * A change that these guesses turn round, or make small, is none.
 */
export function podsFor({ usage, base, unready, missing }: PodFigures, { current, share, tolerance = TOLERANCE }: Aim): number | undefined {
  const ready = [...usage.keys()].filter(name => !unready.has(name))
  if (ready.length === 0) return undefined
  const ratio = ratioOf(
    ready.map(name => [usage.get(name) ?? 0, base.get(name) ?? 0]),
    share,
  )
  const isOff = (ratio: number) => !isWithin(tolerance, ratio)
  const grows = ratio > 1
  const guessed = [...missing, ...(grows ? unready : [])]
  if (guessed.length === 0) return isOff(ratio) ? Math.ceil(ratio * ready.length) : current
  const guesses = guessed.map(
    name => [grows ? 0 : (base.get(name) ?? 0) * (missing.has(name) ? Math.max(1, share) : 0), base.get(name) ?? 0] as const,
  )
  const again = ratioOf([...ready.map(name => [usage.get(name) ?? 0, base.get(name) ?? 0] as const), ...guesses], share)
  const count = ready.length + guessed.length
  if (!isOff(again) || again > 1 !== grows) return current
  const wanted = Math.ceil(again * count)
  return (grows && wanted < current) || (!grows && wanted > current) ? current : wanted
}
function ratioOf(figures: readonly (readonly [usage: number, base: number])[], share: number): number {
  const used = figures.reduce((sum, [usage]) => sum + usage, 0)
  const whole = figures.reduce((sum, [, base]) => sum + base, 0)
  return whole === 0 ? 1 : used / whole / share
}

interface Whole extends Pick<Aim, 'current' | 'tolerance'> {
  readonly ready: number
  readonly perPod: boolean
}
/** For one value of the whole, of an object or from outside: `perPod` when the target is an average. */
export function podsForValue(value: number, target: number, { current, ready, perPod, tolerance = TOLERANCE }: Whole): number {
  const ratio = perPod ? value / (target * Math.max(1, current)) : value / target
  if (isWithin(tolerance, ratio)) return current
  return perPod ? Math.ceil(value / target) : Math.ceil(ratio * ready)
}
