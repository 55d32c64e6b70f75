/** What stands in the tables for a policy: chains that accept what it allows, and sets for the pods that its rules name. */
import { type Entries, idOf, RULE_END } from '../entries.ts'
import type { Family } from '../family.ts'
import { blockRanges } from './blocks.ts'
import { type Compiled, type CompiledRule, type Direction, rulesOf } from './compiled.ts'
import { portRanges } from './port-ranges.ts'

/** Each direction that it restricts has a chain, which returns for what it does not allow: another policy may. */
export function policyShare(policy: Compiled, families: readonly Family[]): Entries {
  const entries = new Map<string, string>()
  for (const family of families) {
    const put = (place: 'chain' | 'set', key: string, value: string) => entries.set(idOf({ family: family.name, place, key }), value)
    for (const { peers, named } of rulesOf(policy)) {
      for (const { set } of peers) put('set', set, `type ${family.type};`)
      for (const { set } of named) put('set', set, `type ${family.type} . inet_proto . inet_service;`)
    }
    for (const direction of ['ingress', 'egress'] as const) {
      const { chain, rules } = policy[direction] ?? {}
      if (chain !== undefined && rules)
        put('chain', chain, [...rules.flatMap(rule => ruleLines(rule, direction, family)), 'return'].join(RULE_END))
    }
  }
  return entries
}

/** A rule lets through what is of one of its peers and to one of its ports: a line for each pair of ways to say so. */
function ruleLines(rule: CompiledRule, direction: Direction, family: Family): readonly string[] {
  const peers = peerMatches(rule, `${family.name} ${direction === 'ingress' ? 'saddr' : 'daddr'}`, family)
  const ports = portMatches(rule, family)
  return peers.flatMap(peer => ports.map(port => [peer, port, 'accept'].filter(Boolean).join(' ')))
}
function peerMatches({ isForAll, peers, blocks }: CompiledRule, address: string, family: Family): readonly string[] {
  const ranges = blockRanges(blocks, family)
  if (isForAll || ranges === undefined) return ['']
  return [...peers.map(({ set }) => `${address} @${set}`), ...(ranges.length ? [`${address} { ${ranges.join(', ')} }`] : [])]
}
/** A port's name is that of the pod which is reached. */
function portMatches({ hasAllPorts, numbered, named }: CompiledRule, family: Family): readonly string[] {
  if (hasAllPorts) return ['']
  return [
    ...(numbered.length ? [`meta l4proto . th dport { ${portRanges(numbered).join(', ')} }`] : []),
    ...named.map(({ set }) => `${family.name} daddr . meta l4proto . th dport @${set}`),
  ]
}
