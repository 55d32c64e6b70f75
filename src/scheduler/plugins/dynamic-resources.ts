/** Lets a pod wait until the devices that it claims are there, and leads it to nodes that reach them. Upstream: dynamicresources. */
import { selectsNode } from '#kinds/core/node-selection.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { claimNameOf, notFor, usesClaims } from '#kinds/resource/pod-claims.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { type Allotment, allocate } from '../devices/allocate.ts'
import { isGivenUp } from '../devices/binding-conditions.ts'
import type { Devices } from '../devices/sight.ts'
import { AllocationError } from '../devices/wanted.ts'
import { type Filter, inProportion, type Plugin } from '../plugin.ts'
import type { NodeInfo, Snapshot } from '../snapshot.ts'

export const DYNAMIC_RESOURCES = 'DynamicResources'
const OUT_OF_REACH = 'resourceclaim not available on the node'

export const dynamicResources: Plugin = {
  name: DYNAMIC_RESOURCES,
  gates: (pod, { devices }) => problemOf(pod, devices),
  forbids: (pod, { devices }) => problemOf(pod, devices) ?? hindranceOf(claimsOf(pod, devices), devices),
  filterFor: (pod, snapshot) => {
    const claims = claimsOf(pod, snapshot.devices)
    return claims.length ? filterFor(claims, snapshot) : undefined
  },
  evictionHelps: () => false,
  rank: (pod, snapshot, feasible) => {
    const claims = claimsOf(pod, snapshot.devices)
    const hasChoice = claims.some(({ spec }) => spec.devices.requests.some(({ firstAvailable }) => firstAvailable?.length))
    return hasChoice ? inProportion(feasible.map(info => preference(claims, allotmentOn(claims, info, snapshot)))) : undefined
  },
  weight: 2,
}

/** Why one of the pod's claims is not there. */
export function problemOf(pod: Pod, devices: Devices): string | undefined {
  for (const entry of pod.spec.resourceClaims ?? []) {
    const { name, isGenerated, problem } = claimNameOf(pod, entry)
    if (problem) return problem
    if (name === undefined) continue
    const claim = devices.claim(pod.metadata.namespace, name)
    if (!claim) return `could not find ResourceClaim "${pod.metadata.namespace}/${name}"`
    if (claim.metadata.deletionTimestamp) return `resourceclaim "${name}" is being deleted`
    const wrong = isGenerated ? notFor(pod, claim) : undefined
    if (wrong) return wrong
  }
  return undefined
}
/** The claims of a pod, as far as they are there. */
export const claimsOf = (pod: Pod, devices: Devices): readonly ResourceClaim[] =>
  usesClaims(pod)
    ? [...new Set((pod.spec.resourceClaims ?? []).map(entry => claimNameOf(pod, entry).name))].flatMap(
        name => (name !== undefined && devices.claim(pod.metadata.namespace, name)) || [],
      )
    : []

/** Why no devices can be chosen for one of the claims at present, wherever. */
function hindranceOf(claims: readonly ResourceClaim[], devices: Devices): string | undefined {
  for (const { metadata, spec, status } of claims) {
    if (status.allocation) continue
    const claim = `${metadata.namespace}/${metadata.name}`
    if (devices.isPending(metadata.uid as string)) return `resource claim ${claim} is in the process of being allocated`
    for (const { name, exactly, firstAvailable = [] } of spec.devices.requests) {
      const wanted = exactly ? [{ name, ...exactly }] : firstAvailable.map(each => ({ ...each, name: `${name}/${each.name}` }))
      if (!wanted.length) return `resource claim ${claim}, request ${name}: unknown request type`
      const missing = wanted.find(({ deviceClassName }) => !devices.deviceClass(deviceClassName))
      if (missing) return `request ${missing.name}: device class ${missing.deviceClassName} does not exist`
    }
  }
  return undefined
}

const filterFor =
  (claims: readonly ResourceClaim[], snapshot: Snapshot): Filter =>
  (_, info) => {
    const allotment = allotmentOn(claims, info, snapshot)
    if (!allotment.choices) return [allotment.reason]
    return claims.some(claim => !isAvailableOn(claim, info.node, snapshot.devices.now())) ? [OUT_OF_REACH] : []
  }

/** What those of the claims would get on the node that have nothing yet. Throws Error when nothing can be said of any node. */
export function allotmentOn(claims: readonly ResourceClaim[], info: NodeInfo, snapshot: Snapshot): Allotment {
  const known = allotments.get(snapshot) ?? new Map<NodeInfo, Allotment>()
  allotments.set(snapshot, known)
  const before = known.get(info)
  if (before) return before
  const found = attempt(() =>
    allocate(
      claims.filter(({ status }) => !status.allocation),
      info.node,
      snapshot.devices,
    ),
  )
  known.set(info, found)
  return found
}
/** A snapshot is made for one decision, about one pod. */
const allotments = new WeakMap<Snapshot, Map<NodeInfo, Allotment>>()
function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error
    throw new Error(`running "${DYNAMIC_RESOURCES}" filter plugin: ${error.message}`, { cause: error })
  }
}

/** The better the alternatives that were chosen, the more. */
function preference(claims: readonly ResourceClaim[], { choices = [] }: Allotment): number {
  const chosen = new Set(choices.map(({ wanted }) => `${wanted.claim.metadata.uid} ${wanted.name}`))
  for (const { metadata, status } of claims)
    for (const { request } of status.allocation?.devices?.results ?? []) chosen.add(`${metadata.uid} ${request}`)
  const points = claims.flatMap(({ metadata, spec }) =>
    spec.devices.requests.flatMap(({ name, firstAvailable = [] }) =>
      firstAvailable.map((each, i) => (chosen.has(`${metadata.uid} ${name}/${each.name}`) ? ALTERNATIVES_MAX - i : 0)),
    ),
  )
  return points.reduce((sum: number, each) => sum + each, 0)
}
const ALTERNATIVES_MAX = 8
/** Whether what the claim has got can be used on the node; without devices it can be anywhere. */
export function isAvailableOn(claim: ResourceClaim, node: Node, now: number): boolean {
  const selector = claim.status.allocation?.nodeSelector
  return (!selector || selectsNode(selector, node)) && !isGivenUp(claim, now)
}
