/** Ends pods whose devices have a taint that they do not put up with. */
import type { Mirrors } from '#client/mirrors.ts'
import type { Decider } from '#client/plan.ts'
import type { Ref } from '#client/transport.ts'
import { Pod } from '#kinds/core/pod.ts'
import { ResourceClaim } from '#kinds/resource/resource-claim.ts'
import { ResourceSlice } from '#kinds/resource/resource-slice.ts'
import { isEqual } from '#schema/json-value.ts'
import { decide, type Seen } from './decide.ts'

export const deviceTaintEvictionController: Decider<ResourceClaim, Seen> = {
  name: 'device-taint-eviction-controller',
  decides: ResourceClaim,
  watches: [
    {
      kind: ResourceSlice,
      concerns: (slice, mirrors) => claimsFrom(slice as ResourceSlice, mirrors),
      matters: (before, after) => !isEqual(taintsIn(before), taintsIn(after)),
    },
    { kind: Pod, concerns: () => [] },
  ],
  look: ({ metadata, status }, mirrors) => ({
    taintsOf: ({ driver, pool, device }) => {
      const slices = mirrors
        .of(ResourceSlice)
        .list()
        .filter(({ spec }) => spec.driver === driver && spec.pool.name === pool)
      const newest = Math.max(...slices.map(({ spec }) => spec.pool.generation))
      const offered = slices.filter(({ spec }) => spec.pool.generation === newest).flatMap(({ spec }) => spec.devices ?? [])
      return offered.find(({ name }) => name === device)?.taints ?? []
    },
    pods: (status.reservedFor ?? []).flatMap(({ resource, name, uid }) => {
      const pod = resource === 'pods' ? mirrors.of(Pod).get({ namespace: metadata.namespace, name }) : undefined
      return pod?.metadata.uid === uid ? pod : []
    }),
  }),
  decide,
}
const taintsIn = (slice: unknown) =>
  ((slice as ResourceSlice | undefined)?.spec.devices ?? []).map(({ name, taints }) => [name, taints ?? []])
const claimsFrom = ({ spec }: ResourceSlice, mirrors: Mirrors): readonly Ref[] =>
  mirrors
    .of(ResourceClaim)
    .list()
    .filter(({ status }) =>
      (status.allocation?.devices?.results ?? []).some(({ driver, pool }) => driver === spec.driver && pool === spec.pool.name),
    )
    .map(({ metadata }) => metadata as Ref)
