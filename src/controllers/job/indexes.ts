/** Sets of completion indexes as a job's status writes them: `1,3-5,7`. */

export type Indexes = ReadonlySet<number>

/** Reads such a text; what is no index in it is left out, as are indexes of `completions` and above. */
export function parseIndexes(text: string | undefined, completions: number): Indexes {
  const found = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (!range) continue
    const last = Math.min(Number(range[2] ?? range[1]), completions - 1)
    for (let index = Number(range[1]); index <= last; index++) found.add(index)
  }
  return found
}

/** Two in a row are listed, three and more become a range. */
export function indexesText(indexes: Indexes): string {
  const parts: string[] = []
  const sorted = [...indexes].toSorted((a, b) => a - b)
  for (let at = 0; at < sorted.length; ) {
    let end = at
    while (sorted[end + 1] === (sorted[end] as number) + 1) end++
    const [first, last] = [sorted[at] as number, sorted[end] as number]
    parts.push(first === last ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`)
    at = end + 1
  }
  return parts.join()
}
