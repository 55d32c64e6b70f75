/** Arithmetic of closed intervals of whole numbers: nft refuses intervals of one set that overlap. */

export interface Interval {
  readonly first: bigint
  readonly last: bigint
}

/** The same numbers, in order, with a gap between any two intervals. */
export function merged(intervals: readonly Interval[]): readonly Interval[] {
  const found: Interval[] = []
  for (const next of intervals.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = found.at(-1)
    if (!before || next.first > before.last + 1n) found.push(next)
    else if (next.last > before.last) found[found.length - 1] = { first: before.first, last: next.last }
  }
  return found
}

/** The numbers of `intervals` that are in none of `holes`; both merged. */
export function without(intervals: readonly Interval[], holes: readonly Interval[]): readonly Interval[] {
  return intervals.flatMap(({ first, last }) => {
    const rest: Interval[] = []
    let from = first
    for (const hole of holes) {
      if (hole.last < from || hole.first > last) continue
      if (hole.first > from) rest.push({ first: from, last: hole.first - 1n })
      from = hole.last + 1n
    }
    return from <= last ? [...rest, { first: from, last }] : rest
  })
}
