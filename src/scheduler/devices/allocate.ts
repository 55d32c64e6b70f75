/** Which devices claims would get on a node. Pure. */
import type { Node } from '#kinds/core/node.ts'
import type { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { poolsFor } from './pools.ts'
import { type Choice, Search } from './search.ts'
import type { Devices } from './sight.ts'
import { indexOf } from './slice-index.ts'
import { wishesOf } from './wanted.ts'

export type Allotment = { readonly choices: readonly Choice[] } | { readonly choices?: undefined; readonly reason: string }

/** Throws AllocationError when a claim, a class or a driver's offer is such that nothing can be said. */
export function allocate(claims: readonly ResourceClaim[], node: Node, { deviceClass, slices, taken }: Devices): Allotment {
  const pools = poolsFor(node, indexOf(slices()))
  const choices = new Search({ node, pools, taken }, wishesOf(claims, deviceClass)).run()
  if (choices) return { choices }
  const isInvalid = pools.some(({ state }) => state === 'invalid')
  return { reason: isInvalid ? 'invalid resource pools were encountered' : 'cannot allocate all claims' }
}
