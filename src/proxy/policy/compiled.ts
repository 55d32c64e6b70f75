/** A NetworkPolicy made ready for questions: what it restricts, and for each of its rules whom and which ports it lets through. */
import { createHash } from 'node:crypto'
import type { Selector } from '#kinds/meta/selecting.ts'
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '#kinds/networking/network-policy.ts'

export type Direction = 'ingress' | 'egress'
/** Pods that rules name in one way; all rules that name the same ones share the set that holds their addresses. */
export interface Peers {
  readonly set: `peers-${string}`
  /** The policy's own; given only where no namespaces are selected. */
  readonly namespace?: string
  readonly namespaceSelector?: Selector | undefined
  /** Absent: all pods of those namespaces. */
  readonly podSelector?: Selector | undefined
}
/** A port that rules name; the set holds the addresses and numbers of all pods that have one of that name. */
export interface NamedPort {
  readonly set: `ports-${string}`
  readonly name: string
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
}
export interface CompiledRule {
  /** Without peers a rule is for everybody. */
  readonly isForAll: boolean
  readonly peers: readonly Peers[]
  readonly blocks: readonly IPBlock[]
  /** Without ports a rule is for all traffic. */
  readonly hasAllPorts: boolean
  readonly numbered: readonly NetworkPolicyPort[]
  readonly named: readonly NamedPort[]
}
export interface CompiledDirection {
  readonly chain: string
  readonly rules: readonly CompiledRule[]
}
export interface Compiled {
  readonly namespace: string
  readonly selector: Selector
  /** Absent: the direction is not restricted. */
  readonly ingress?: CompiledDirection
  readonly egress?: CompiledDirection
}

/** Long enough that no two of a cluster's are the same. */
const DIGITS = 12
export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGITS)

export function compiled({ metadata, spec }: NetworkPolicy): Compiled {
  const { namespace = '', name = '' } = metadata
  const { policyTypes = ['Ingress', ...(spec.egress?.length ? ['Egress'] : [])], ingress = [], egress = [] } = spec
  const direction = (which: Direction, rules: readonly RawRule[]): CompiledDirection => ({
    // Names of policies are longer than nft allows.
    chain: `${which}-of-${shortHash(`${namespace}/${name}`)}`,
    rules: rules.map(rule => compiledRule(rule, namespace)),
  })
  return {
    namespace,
    selector: spec.podSelector ?? {},
    ...(policyTypes.includes('Ingress') && {
      ingress: direction(
        'ingress',
        ingress.map(({ from, ports }) => ({ peers: from, ports })),
      ),
    }),
    ...(policyTypes.includes('Egress') && {
      egress: direction(
        'egress',
        egress.map(({ to, ports }) => ({ peers: to, ports })),
      ),
    }),
  }
}
export const rulesOf = ({ ingress, egress }: Compiled): readonly CompiledRule[] => [...(ingress?.rules ?? []), ...(egress?.rules ?? [])]

interface RawRule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined
  readonly ports: readonly NetworkPolicyPort[] | undefined
}
function compiledRule({ peers = [], ports = [] }: RawRule, namespace: string): CompiledRule {
  return {
    isForAll: peers.length === 0,
    peers: peers.filter(({ ipBlock }) => !ipBlock).map(peer => peersOf(peer, namespace)),
    blocks: peers.flatMap(({ ipBlock }) => ipBlock ?? []),
    hasAllPorts: ports.length === 0,
    numbered: ports.filter(({ port }) => typeof port !== 'string'),
    named: ports.flatMap(({ port, protocol }) =>
      typeof port === 'string' ? { set: `ports-${protocol.toLowerCase()}-${port}` as const, name: port, protocol } : [],
    ),
  }
}
/** Pods of the policy's own namespace, unless namespaces are selected. */
function peersOf({ podSelector, namespaceSelector }: NetworkPolicyPeer, own: string): Peers {
  const meant = { ...(namespaceSelector ? { namespaceSelector } : { namespace: own }), ...(podSelector && { podSelector }) }
  return { set: `peers-${shortHash(JSON.stringify(meant))}`, ...meant }
}
