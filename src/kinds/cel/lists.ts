/** Functions of lists in expressions. Upstream: apiserver, cel/library/lists.go. */
import type { Environment } from '#base/cel/expression.ts'

type Comparable = bigint | number | string | boolean
const KINDS = ['int', 'double', 'string', 'bool'] as const

function extreme(list: Iterable<Comparable>, isBetter: (one: Comparable, best: Comparable) => boolean, name: string): Comparable {
  let best: Comparable | undefined
  for (const each of list) if (best === undefined || isBetter(each, best)) best = each
  if (best === undefined) throw new Error(`${name} called on empty list`)
  return best
}
function isSorted(list: Iterable<Comparable>): boolean {
  const items = [...list]
  return items.every((each, i) => i === 0 || (items[i - 1] as Comparable) <= each)
}
const sum = <T extends bigint | number>(list: Iterable<T>, zero: T): T =>
  [...list].reduce((total, each) => ((total as number) + (each as number)) as T, zero)

export function registerLists(made: Environment): void {
  for (const kind of KINDS)
    made
      .registerFunction(`list<${kind}>.isSorted(): bool`, isSorted)
      .registerFunction(`list<${kind}>.min(): ${kind}`, (list: Iterable<Comparable>) => extreme(list, (one, best) => one < best, 'min'))
      .registerFunction(`list<${kind}>.max(): ${kind}`, (list: Iterable<Comparable>) => extreme(list, (one, best) => one > best, 'max'))
  made
    .registerFunction('list<int>.sum(): int', (list: Iterable<bigint>) => sum(list, 0n))
    .registerFunction('list<double>.sum(): double', (list: Iterable<number>) => sum(list, 0))
    .registerFunction('list<dyn>.indexOf(dyn): int', (list: readonly unknown[], item: unknown) => BigInt(list.indexOf(item)))
    .registerFunction('list<dyn>.lastIndexOf(dyn): int', (list: readonly unknown[], item: unknown) => BigInt(list.lastIndexOf(item)))
}
