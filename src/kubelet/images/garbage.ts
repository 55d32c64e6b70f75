/** Which images go when the disk is full. Pure. Reference: concepts, "Garbage collection", images; upstream's image_gc_manager.go. */

export interface Disk {
  readonly capacityBytes: number
  readonly availableBytes: number
}
export interface Thresholds {
  /** From this much of the disk on images go … */
  readonly highPercent: number
  /** … until no more than this much is used. */
  readonly lowPercent: number
  /** An image that has just come may be about to be used. */
  readonly ageMinMs: number
  /** One that was not used for longer goes in any case; 0: none does. */
  readonly unusedMaxMs: number
}
/** Upstream: imageGCHighThresholdPercent, imageGCLowThresholdPercent, imageMinimumGCAge, imageMaximumGCAge. */
export const THRESHOLDS: Thresholds = { highPercent: 85, lowPercent: 80, ageMinMs: 120_000, unusedMaxMs: 0 }

export interface KnownImage {
  readonly id: string
  readonly sizeBytes: number
  /** Milliseconds since the epoch. */
  readonly seenAt: number
  /** 0 when it has never been used as far as is known. */
  readonly usedAt: number
  readonly isInUse: boolean
}

/** How much is to be freed; 0 while there is room enough. */
export function excessBytes({ capacityBytes, availableBytes }: Disk, { highPercent, lowPercent }: Thresholds): number {
  const usedPercent = 100 - Math.floor((Math.min(availableBytes, capacityBytes) * 100) / capacityBytes)
  return usedPercent >= highPercent ? Math.max(0, Math.floor((capacityBytes * (100 - lowPercent)) / 100) - availableBytes) : 0
}

/** The images that go since nobody has used them for long. What was used before this kubelet began, at `begunAt`, it cannot know. */
export const outdated = (
  images: readonly KnownImage[],
  { now, begunAt, unusedMaxMs }: { readonly now: number; readonly begunAt: number } & Pick<Thresholds, 'unusedMaxMs'>,
): readonly KnownImage[] =>
  unusedMaxMs > 0 && now - begunAt > unusedMaxMs ? images.filter(({ isInUse, usedAt }) => !isInUse && now - usedAt > unusedMaxMs) : []

/** The images that may go, those longest out of use first; of those never used, the ones longest here. */
export const removable = (images: readonly KnownImage[], now: number, { ageMinMs }: Pick<Thresholds, 'ageMinMs'>): readonly KnownImage[] =>
  images
    .filter(({ isInUse, seenAt }) => !isInUse && now - seenAt >= ageMinMs)
    .toSorted((a, b) => a.usedAt - b.usedAt || a.seenAt - b.seenAt)
