/** What is written into a claim for the devices that were chosen. Pure. */
import type { NodeSelectorRequirement } from '#kinds/core/node-selector.ts'
import type { NodeSelector } from '#kinds/core/node-selector.ts'
import type { AllocationResult, DeviceAllocationConfiguration, DeviceRequestAllocationResult } from '#kinds/resource/allocation.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { formatQuantity } from '#schema/quantity.ts'
import type { Choice } from './search.ts'

/** `shareId` gives each share of a device its own. */
export function allocationOf(claim: ResourceClaim, chosen: readonly Choice[], place: Place): AllocationResult {
  const config = configurationOf(claim, chosen)
  const nodeSelector = nodeSelectorOf(chosen, place.node)
  return {
    devices: { results: chosen.map(choice => resultOf(choice, place.shareId)), ...(config.length && { config }) },
    ...(nodeSelector && { nodeSelector }),
  }
}
export interface Place {
  readonly node: string
  readonly shareId: () => string
}

function resultOf({ wanted, candidate, consumed }: Choice, shareId: () => string): DeviceRequestAllocationResult {
  const { device, pool, isShared } = candidate
  const { tolerations } = wanted.details
  const { bindingConditions, bindingFailureConditions } = device
  const used = Object.fromEntries([...(consumed ?? [])].map(([name, nanos]) => [name, formatQuantity({ nanos, format: 'BinarySI' })]))
  return {
    request: wanted.name,
    driver: pool.driver,
    pool: pool.pool,
    device: device.name,
    ...(wanted.isAdmin && { adminAccess: true }),
    ...(tolerations?.length && { tolerations }),
    ...(bindingConditions?.length && { bindingConditions }),
    ...(bindingFailureConditions?.length && { bindingFailureConditions }),
    ...(isShared && { shareID: shareId() }),
    ...(Object.keys(used).length && { consumedCapacity: used }),
  }
}

/** That of the classes first, each once for all its requests, then the claim's own as far as it concerns what was chosen. */
function configurationOf({ spec }: ResourceClaim, chosen: readonly Choice[]): readonly DeviceAllocationConfiguration[] {
  const names = new Map(chosen.map(({ wanted }) => [wanted.name, wanted]))
  const classes = Map.groupBy(names.values(), ({ deviceClass }) => deviceClass)
  const fromClasses = [...classes].flatMap(
    ([
      {
        spec: { config = [] },
      },
      wanted,
    ]) =>
      config.map(({ opaque }) => ({ source: 'FromClass' as const, requests: wanted.map(({ name }) => name), ...(opaque && { opaque }) })),
  )
  const isMeant = (requests: readonly string[]) =>
    !requests.length || [...names.values()].some(({ name, base }) => requests.includes(base) || requests.includes(name))
  const fromClaim = (spec.devices.config ?? [])
    .filter(({ requests = [] }) => isMeant(requests))
    .map(({ requests, opaque }) => ({
      source: 'FromClaim' as const,
      ...(requests?.length && { requests }),
      ...(opaque && { opaque }),
    }))
  return [...fromClasses, ...fromClaim]
}

/** Where the devices can be used together: on the node alone as soon as one is tied to it; nothing when it is everywhere. */
function nodeSelectorOf(chosen: readonly Choice[], node: string): NodeSelector | undefined {
  const expressions: NodeSelectorRequirement[] = []
  const fields: NodeSelectorRequirement[] = []
  for (const { candidate } of chosen) {
    const { device, slice } = candidate
    const { nodeName, nodeSelector } = slice.spec.perDeviceNodeSelection ? device : slice.spec
    if (nodeName !== undefined || device.bindsToNode)
      return { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] }
    const [term] = nodeSelector?.nodeSelectorTerms ?? []
    addTo(expressions, term?.matchExpressions)
    addTo(fields, term?.matchFields)
  }
  if (!expressions.length && !fields.length) return undefined
  const term = { ...(expressions.length && { matchExpressions: expressions }), ...(fields.length && { matchFields: fields }) }
  return { nodeSelectorTerms: [term] }
}
function addTo(known: NodeSelectorRequirement[], more: readonly NodeSelectorRequirement[] = []): void {
  for (const each of more) if (!known.some(other => textOf(other) === textOf(each))) known.push(each)
}
const textOf = ({ key, operator, values = [] }: NodeSelectorRequirement) => JSON.stringify([key, operator, values.toSorted()])
