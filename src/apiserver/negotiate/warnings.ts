/** Warnings within the bounds of a header: many or long ones are cut, so that no client gives up on the answer. Source: KEP-1693. */

/** In characters. Upstream's truncateAtTotalRunes and truncateItemRunes: beyond the one in total, each text gets at most the other. */
export const TOTAL_MAX = 4 * 1024
export const ITEM_MAX = 256

/** The texts that are told, in their order. */
export function boundedWarnings(texts: readonly string[]): readonly string[] {
  const total = texts.reduce((sum, text) => sum + text.length, 0)
  if (total <= TOTAL_MAX) return texts
  const told: string[] = []
  for (let at = 0, length = 0; at < texts.length && length < TOTAL_MAX; at++) {
    const text = (texts[at] as string).slice(0, ITEM_MAX)
    told.push(text)
    length += text.length
  }
  return told
}
