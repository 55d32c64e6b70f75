/** The pools of devices that can be reached from a node. Pure. Upstream: structured/internal, GatherPools. */
import { selectsNode } from '#kinds/core/node-selection.ts'
import type { Node } from '#kinds/core/node.ts'
import type { NodeSelector } from '#kinds/core/node-selector.ts'
import type { Device } from '#kinds/resource/device.ts'
import type { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { parseQuantity } from '#schema/quantity.ts'
import { poolKey, type SliceIndex } from './slice-index.ts'

export interface Pool {
  readonly driver: string
  readonly pool: string
  /** `incomplete` while its driver is changing it; `invalid` when it contradicts itself. Nothing is taken from either. */
  readonly state: 'whole' | 'incomplete' | 'invalid'
  readonly slices: readonly ResourceSlice[]
  /** Slices with devices for other nodes only: they may draw on the same counters. */
  readonly elsewhere: readonly ResourceSlice[]
  readonly counters: Counters
}
/** Amounts in billionths, by set and counter. */
export type Counters = ReadonlyMap<string, ReadonlyMap<string, bigint>>

/** In the order in which they are drawn on: by name, those last whose devices have to be made ready first. */
export function poolsFor(node: Node, index: SliceIndex): readonly Pool[] {
  const slices = [...(index.onNode.get(node.metadata.name as string) ?? []), ...index.anywhere].filter(slice => isRelevant(slice, node))
  const pools = [...Map.groupBy(slices, poolKey)].flatMap(([key, own]) => poolOf(newest(own), index.inPool.get(key) ?? []))
  const byName = pools.toSorted((a, b) => order(a.driver, b.driver) || order(a.pool, b.pool))
  return [...byName.filter(pool => !isConditional(pool)), ...byName.filter(isConditional)]
}

interface Place {
  readonly nodeName?: string | undefined
  readonly allNodes?: boolean | undefined
  readonly nodeSelector?: NodeSelector | undefined
}
/** Whether something that says where it is can be reached from the node. */
export function isReachable({ nodeName, allNodes, nodeSelector }: Place, node: Node): boolean {
  if (nodeName) return nodeName === node.metadata.name
  return allNodes === true || (nodeSelector !== undefined && selectsNode(nodeSelector, node))
}
function isRelevant({ spec }: ResourceSlice, node: Node): boolean {
  if (spec.sharedCounters?.length) return true
  if (spec.perDeviceNodeSelection) return (spec.devices ?? []).some(device => isReachable(device, node))
  return isReachable(spec, node)
}
/** Slices of earlier generations are out of date. */
function newest(slices: readonly ResourceSlice[]): readonly ResourceSlice[] {
  const generation = Math.max(...slices.map(({ spec }) => spec.pool.generation))
  return slices.filter(({ spec }) => spec.pool.generation === generation)
}

function poolOf(slices: readonly ResourceSlice[], everywhere: readonly ResourceSlice[]): readonly Pool[] {
  const { driver, pool } = (slices[0] as ResourceSlice).spec
  // The driver is about to replace what is seen here.
  if (everywhere.some(({ spec }) => spec.pool.generation > pool.generation)) return []
  const all = everywhere.filter(({ spec }) => spec.pool.generation === pool.generation)
  const base = { driver, pool: pool.name, slices: [], elsewhere: [], counters: new Map() }
  if (all.length !== pool.resourceSliceCount) return [{ ...base, state: 'incomplete' }]
  const sorted = slices.toSorted((a, b) => order(a.metadata.name as string, b.metadata.name as string))
  const own = sorted.filter(({ spec }) => !spec.sharedCounters?.length)
  const sets = sorted.flatMap(({ spec }) => spec.sharedCounters ?? [])
  const counters: Counters = new Map(sets.map(set => [set.name, amounts(set.counters)]))
  const elsewhere = all.filter(slice => !slices.includes(slice))
  const names = devicesOf(own).map(({ name }) => name)
  const isSound = new Set(names).size === names.length && counters.size === sets.length
  const isCovered = devicesOf([...own, ...elsewhere]).every(device => isDrawnFrom(counters, device))
  return isSound && isCovered ? [{ ...base, state: 'whole', slices: own, elsewhere, counters }] : [{ ...base, state: 'invalid' }]
}
const devicesOf = (slices: readonly ResourceSlice[]): readonly Device[] => slices.flatMap(({ spec }) => spec.devices ?? [])
const isDrawnFrom = (counters: Counters, { consumesCounters = [] }: Device) =>
  consumesCounters.every(({ counterSet, counters: drawn }) => Object.keys(drawn).every(name => counters.get(counterSet)?.has(name)))
export const amounts = (counters: Readonly<Record<string, { readonly value: string }>>): ReadonlyMap<string, bigint> =>
  new Map(Object.entries(counters).map(([name, { value }]) => [name, parseQuantity(value).nanos]))

const isConditional = ({ slices }: Pool) => devicesOf(slices).some(({ bindingConditions }) => bindingConditions?.length)
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
