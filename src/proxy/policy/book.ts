/** All policies of the cluster, filed so that what concerns a pod is found soon. */
import { type Compiled, type NamedPort, type Peers, rulesOf } from './compiled.ts'

export interface PolicyBook {
  readonly byNamespace: ReadonlyMap<string, readonly Compiled[]>
  /** Each once, whichever and however many rules name them. */
  readonly peers: readonly Peers[]
  readonly ports: readonly NamedPort[]
}

export function bookOf(policies: Iterable<Compiled>): PolicyBook {
  const all = [...policies]
  const rules = all.flatMap(rulesOf)
  const distinct = <T extends { readonly set: string }>(named: readonly T[]) => [...new Map(named.map(one => [one.set, one])).values()]
  return {
    byNamespace: Map.groupBy(all, ({ namespace }) => namespace),
    peers: distinct(rules.flatMap(({ peers }) => peers)),
    ports: distinct(rules.flatMap(({ named }) => named)),
  }
}
