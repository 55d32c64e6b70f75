/** In which order the containers of a pod end: regular ones together, then sidecars one after the other, last first (KEP-753). */
import type { Clock } from '#base/clock.ts'

export interface StopOrder<C> {
  readonly containers: readonly C[]
  /** The place of a sidecar among the pod's sidecars; undefined for a regular container. */
  readonly sidecarRank: (container: C) => number | undefined
  /** For all of them together. */
  readonly graceSeconds: number
  readonly clock: Clock
}

/** Resolves when all have been stopped. Each is given what is left of the grace. */
export async function stopInOrder<C>(
  { containers, sidecarRank, graceSeconds, clock }: StopOrder<C>,
  stop: (container: C, seconds: number) => Promise<unknown>,
): Promise<void> {
  const began = clock.now()
  const ranked = containers.map(container => ({ container, rank: sidecarRank(container) }))
  await Promise.all(ranked.filter(({ rank }) => rank === undefined).map(({ container }) => stop(container, graceSeconds)))
  const late = ranked
    .flatMap(({ container, rank }) => (rank === undefined ? [] : [{ container, rank }]))
    .toSorted((a, b) => b.rank - a.rank)
  for (const { container } of late) {
    const tookSeconds = Math.max(0, clock.now() - began) / 1000
    await stop(container, Math.max(0, Math.ceil(graceSeconds - tookSeconds)))
  }
}
