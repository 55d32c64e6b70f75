/** Lets a pod wait until the devices that it claims are there, and leads it to nodes that reach them. Upstream: dynamicresources. */
import { selectsNode } from '#kinds/core/node-selection.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { claimNameOf, notFor, usesClaims } from '#kinds/resource/pod-claims.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import type { Devices } from '../devices/sight.ts'
import type { Filter, Plugin } from '../plugin.ts'

export const DYNAMIC_RESOURCES = 'DynamicResources'
const OUT_OF_REACH = 'resourceclaim not available on the node'
const NOT_ALL = 'cannot allocate all claims'

export const dynamicResources: Plugin = {
  name: DYNAMIC_RESOURCES,
  gates: (pod, { devices }) => problemOf(pod, devices),
  forbids: (pod, { devices }) => problemOf(pod, devices) ?? hindranceOf(claimsOf(pod, devices), devices),
  filterFor: (pod, { devices }) => {
    const claims = claimsOf(pod, devices)
    return claims.length ? filterFor(claims) : undefined
  },
  evictionHelps: () => false,
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
    ? (pod.spec.resourceClaims ?? []).flatMap(entry => {
        const { name } = claimNameOf(pod, entry)
        return (name !== undefined && devices.claim(pod.metadata.namespace, name)) || []
      })
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
  (claims: readonly ResourceClaim[]): Filter =>
  (_, { node }) => {
    if (claims.some(claim => !isAvailableOn(claim, node))) return [OUT_OF_REACH]
    return claims.some(({ status }) => !status.allocation) ? [NOT_ALL] : []
  }
/** Whether what the claim has got can be used on the node; without devices it can be anywhere. */
export function isAvailableOn({ status }: ResourceClaim, node: Node): boolean {
  const selector = status.allocation?.nodeSelector
  return !selector || selectsNode(selector, node)
}
