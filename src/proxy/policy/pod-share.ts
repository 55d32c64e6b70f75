/** What stands in the tables for a pod: its addresses and ports in the rules that name it, and, on its node, which policies restrict it. */
import { selects } from '#kinds/meta/selecting.ts'
import { type Entries, idOf, type Places, protocolOf, RULE_END } from '../entries.ts'
import { type Family, isOf } from '../family.ts'
import type { PolicyBook } from './book.ts'
import { type Peers, shortHash } from './compiled.ts'

type Labels = Readonly<Record<string, string>>
/** A pod as policies see it, or what answers in the place of one. */
export interface PolicyPod {
  readonly namespace: string
  readonly labels: Labels
  readonly addresses: readonly string[]
  readonly ports: readonly { readonly name?: string; readonly protocol: 'TCP' | 'UDP' | 'SCTP'; readonly number: number }[]
  /** Whether it runs on this node, which then restricts it. */
  readonly isHere: boolean
}
export interface PolicySurroundings {
  readonly families: readonly Family[]
  readonly book: PolicyBook
  readonly namespaceLabels: (namespace: string) => Labels
}

export function podShare(pod: PolicyPod, { families, book, namespaceLabels }: PolicySurroundings): Entries {
  const entries = new Map<string, string>()
  const places = families.flatMap(family => pod.addresses.filter(address => isOf(family, address)).map(address => ({ family, address })))
  if (!places.length) return entries
  const put = (place: Places, key: (address: string) => string, value = '') => {
    for (const { family, address } of places) entries.set(idOf({ family: family.name, place, key: key(address) }), value)
  }
  const labels = namespaceLabels(pod.namespace)
  for (const peers of book.peers) if (areMeant(peers, pod, labels)) put(peers.set, address => address)
  for (const { set, ...wanted } of book.ports)
    for (const { name, protocol, number } of pod.ports)
      if (name === wanted.name && protocol === wanted.protocol) put(set, address => `${address} . ${protocolOf(protocol)} . ${number}`)
  if (!pod.isHere) return entries
  const restricting = (book.byNamespace.get(pod.namespace) ?? []).filter(({ selector }) => selects(selector, pod.labels))
  for (const direction of ['ingress', 'egress'] as const) {
    const chains = restricting.flatMap(policy => policy[direction]?.chain ?? []).sort()
    if (!chains.length) continue
    // Pods under the same policies share a chain: what none of them accepts is dropped.
    const chain = `${direction}-by-${shortHash(chains.join())}`
    put('chain', () => chain, [...chains.map(one => `jump ${one}`), 'drop'].join(RULE_END))
    put(direction, address => address, `goto ${chain}`)
  }
  return entries
}

function areMeant({ namespace, namespaceSelector, podSelector }: Peers, pod: PolicyPod, labels: Labels): boolean {
  const isThere = namespaceSelector ? selects(namespaceSelector, labels) : pod.namespace === namespace
  return isThere && (podSelector === undefined || selects(podSelector, pod.labels))
}
