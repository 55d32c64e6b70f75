/** Which number each backend of a frontend has, chosen so that few change theirs. */

/**
 * What stays keeps its place; newcomers take places that were left, and where places are left over the last ones move into them.
 * So that one backend that comes or goes is a change of at most two.
 */
export function slots(before: readonly string[], now: readonly string[]): readonly string[] {
  const wanted = new Set(now)
  const kept = before.map(each => (wanted.has(each) ? each : undefined))
  const known = new Set(before)
  const rest = [...wanted].filter(each => !known.has(each))
  const placed: (string | undefined)[] = kept.map(each => each ?? rest.shift())
  placed.push(...rest)
  for (let i = 0; i < placed.length; i++) {
    while (placed.length > i && placed.at(-1) === undefined) placed.pop()
    if (i < placed.length && placed[i] === undefined) placed[i] = placed.pop()
  }
  return placed as string[]
}
