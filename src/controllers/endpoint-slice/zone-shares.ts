/** What the nodes of each zone can do, and how many endpoints a zone may therefore have. KEP-2433. Upstream: endpointslice/topologycache. */
import type { Node } from '#kinds/core/node.ts'
import { zoneOf } from '#kinds/core/node/zone.ts'
import { quantityToNumber } from '#schema/quantity.ts'

/** By zone: its part of the processor time of all nodes. */
export type Shares = ReadonlyMap<string, number>
/** How many endpoints a zone is to have: what is right for its share, and between what. */
export interface Allowance {
  readonly right: number
  readonly least: number
  readonly most: number
}

/** By how much the endpoints of a zone may be busier than those of the cluster. */
const OVERLOAD = 0.2
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

const isOfControlPlane = ({ metadata: { labels = {} } }: Node): boolean => CONTROL_PLANE.some(label => label in labels)
const isReady = ({ status }: Node): boolean => status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

/** What of a node counts here; empty when it does not count. */
export const countedAs = (node: Node | undefined): string =>
  node && isReady(node) && !isOfControlPlane(node) ? JSON.stringify([zoneOf(node), node.status.allocatable?.['cpu']]) : ''

/** Of ready nodes that are not of the control plane. Undefined where one of them does not tell its zone or its cpu, or all are in one zone. */
export function sharesOf(nodes: readonly Node[]): Shares | undefined {
  const cpu = new Map<string, number>()
  for (const node of nodes) {
    if (!isReady(node) || isOfControlPlane(node)) continue
    const zone = zoneOf(node)
    const own = quantityToNumber(node.status.allocatable?.['cpu'] ?? '0')
    if (!zone || own === 0) return undefined
    cpu.set(zone, (cpu.get(zone) ?? 0) + own)
  }
  if (cpu.size < 2) return undefined
  const whole = [...cpu.values()].reduce((sum, own) => sum + own, 0)
  return new Map([...cpu].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([zone, own]) => [zone, own / whole]))
}

/** Gives the reason, as events tell it, where so many endpoints cannot be shared out. */
export function allowancesOf(shares: Shares | undefined, endpoints: number): ReadonlyMap<string, Allowance> | string {
  if (!shares) return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
  const counts = `(${endpoints} endpoints, ${shares.size} zones)`
  if (shares.size > endpoints) return `Insufficient number of endpoints ${counts}`
  const leasts = new Map([...shares].map(([zone, share]) => [zone, Math.ceil((share * endpoints) / (1 + OVERLOAD))]))
  const spare = [...leasts.values()].reduce((left, least) => left - least, endpoints)
  if (spare < 0) return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`
  return new Map(
    [...shares].map(([zone, share]) => {
      const least = leasts.get(zone) as number
      return [zone, { right: Math.max(share * endpoints, least), least, most: least + spare }]
    }),
  )
}

/** How many endpoints zones hand to others, so that each comes near to what is right for it. Parts of less than a half stay where they are. */
export function transfers(
  allowances: ReadonlyMap<string, Allowance>,
  has: ReadonlyMap<string, number>,
): { readonly gives: Map<string, number>; readonly takes: Map<string, number> } {
  const off = [...allowances].map(([zone, { right }]) => ({ zone, by: (has.get(zone) ?? 0) - right }))
  const over = off.filter(({ by }) => by > 0)
  const under = off.filter(({ by }) => by < 0).map(({ zone, by }) => ({ zone, by: -by }))
  const gives = new Map<string, number>()
  const takes = new Map<string, number>()
  for (;;) {
    const giver = largest(over)
    const taker = largest(under)
    if (!giver || !taker || Math.max(giver.by, taker.by) < 1 || Math.min(giver.by, taker.by) < 0.5) return { gives, takes }
    for (const [counts, part] of [
      [gives, giver],
      [takes, taker],
    ] as const) {
      counts.set(part.zone, (counts.get(part.zone) ?? 0) + 1)
      part.by--
    }
  }
}
const largest = <T extends { readonly by: number }>(parts: readonly T[]): T | undefined =>
  parts.reduce<T | undefined>((most, part) => (part.by > (most?.by ?? 0) ? part : most), undefined)
