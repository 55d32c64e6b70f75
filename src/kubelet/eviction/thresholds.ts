/** Below what a node counts as short of something. Reference: concepts, "Node-pressure Eviction", thresholds. */
import { formatQuantity, parseQuantity, type Quantity, quantityOf, quantityValue } from '#schema/quantity.ts'
import type { Reading, Signal, Starved } from './signals.ts'

/** A quantity, or a part of the capacity such as `10%`. */
export type Amount = string
export interface Threshold {
  readonly signal: Signal
  readonly amount: Amount
  /** So much more than the threshold must be there before it counts as resolved. */
  readonly minReclaim?: Amount
  /** How long it must be passed before pods go; 0 for a hard one. */
  readonly graceMs: number
  /** Looked at only while images have a disk of their own. */
  readonly needsOwnDisk?: true
}
export interface EvictionSettings {
  readonly thresholds: readonly Threshold[]
  /** A node condition stays for so long after it was last seen. */
  readonly transitionMs: number
  /** What pods get at most to end in when a soft threshold is passed. */
  readonly softGraceSeconds: number
}

/**
 * Upstream's defaults on Linux (eviction/defaults_linux.go). Unless somebody asks for them, those of images count on a disk of their
 * own only: a personal computer whose disk is 86 % full is no node that must do without pods.
 */
export const HARD_DEFAULT: Readonly<Partial<Record<Signal, Amount>>> = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'nodefs.inodesFree': '5%',
  'imagefs.available': '15%',
  'imagefs.inodesFree': '5%',
}
const hard = (amounts: Readonly<Partial<Record<Signal, Amount>>>): readonly Threshold[] =>
  Object.entries(amounts).map(([signal, amount]) => ({
    signal: signal as Signal,
    amount,
    graceMs: 0,
    ...(signal.startsWith('imagefs.') && { needsOwnDisk: true }),
  }))
/** Upstream: evictionPressureTransitionPeriod; evictionMaxPodGracePeriod. */
export const EVICTION_DEFAULT: EvictionSettings = { thresholds: hard(HARD_DEFAULT), transitionMs: 300_000, softGraceSeconds: 0 }

/** With those for the memory of all pods together, which are as those for the memory of the node. Upstream: addAllocatableThresholds. */
export const withAllocatable = (thresholds: readonly Threshold[]): readonly Threshold[] => [
  ...thresholds,
  ...thresholds
    .filter(threshold => threshold.signal === 'memory.available' && isHard(threshold))
    .map(threshold => ({ ...threshold, signal: 'allocatableMemory.available' as const })),
]

export const isHard = ({ graceMs }: Threshold): boolean => graceMs === 0

/** The amount that a threshold stands for; parts of a capacity are written with binary suffixes, as upstream does. */
export const measure = (amount: Amount, capacity: number): Quantity =>
  amount.endsWith('%') ? quantityOf(Math.floor((capacity * Number(amount.slice(0, -1))) / 100), 'BinarySI') : parseQuantity(amount)

/** Whether less is available than the threshold says; with `isStrict`, also whether less than its reclaim on top of that is. */
export function isPassed({ amount, minReclaim }: Threshold, { available, capacity }: Reading, isStrict = false): boolean {
  const reclaim = isStrict && minReclaim !== undefined ? quantityValue(measure(minReclaim, capacity)) : 0
  return available < quantityValue(measure(amount, capacity)) + reclaim
}

/** What is not for pods because it would be below a hard threshold, in whole units. */
export function heldBack(thresholds: readonly Threshold[], signal: Signal, capacity: number): number {
  const found = thresholds.find(threshold => threshold.signal === signal && isHard(threshold))
  return found ? quantityValue(measure(found.amount, capacity)) : 0
}

/** As messages name it: bytes with binary suffixes, what is counted with decimal ones. */
export const amountText = (amount: number, resource: Starved): string =>
  formatQuantity(quantityOf(amount, resource === 'memory' || resource === 'ephemeral-storage' ? 'BinarySI' : 'DecimalSI'))
