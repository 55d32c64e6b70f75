/** Where a claim stands, in words: `pending`, `allocated,reserved`, `deleted,allocated`. Upstream: pkg/printers/internalversion. */
interface Status {
  readonly allocation?: object
  readonly reservedFor?: readonly object[]
}
export function stateOf({ allocation, reservedFor = [] }: Status, isDeleted: boolean): string {
  const words = isDeleted ? ['deleted'] : []
  if (allocation) words.push('allocated')
  else if (!isDeleted) words.push('pending')
  if (allocation && reservedFor.length) words.push('reserved')
  return words.join(',')
}
