/** What slices of one manager have in common, and the plan that makes them as wanted. */
import type { Plan } from '#client/plan.ts'
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import type { OwnerReference } from '#kinds/meta/object-meta.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Packing, PortGroup } from './pack.ts'
import { withTriggerTime } from './trigger-time.ts'

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const HEADLESS = 'service.kubernetes.io/headless'

type Texts = Readonly<Record<string, string>>
export interface Dress {
  /** The service's name; names of new slices begin with it. */
  readonly name: string
  readonly namespace: string
  readonly labels: Texts
  /** All that slices have; absent: whatever others gave them, and the time of the change. */
  readonly annotations?: Texts
  readonly triggerTime?: string | undefined
  readonly owner: OwnerReference
}
export const managedSlices = (
  slices: readonly EndpointSlice[],
  { name, manager }: { name: string; manager: string },
): readonly EndpointSlice[] =>
  slices.filter(({ metadata: { labels } }) => labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === manager)

/** Slices that are as wanted are not written; those that are being deleted already are left to go. */
export function planOf<T>(packing: Packing, { name, namespace, labels, annotations, triggerTime, owner }: Dress): Plan<T> {
  const dressed = (before: Texts = {}) => {
    const written = annotations ?? withTriggerTime(before, triggerTime)
    return { labels, ...(Object.keys(written).length > 0 && { annotations: written }) }
  }
  const created = ({ addressType, ports, endpoints }: PortGroup) => ({
    kind: EndpointSlice,
    object: {
      metadata: { generateName: `${name}-`, namespace, ...dressed(), ownerReferences: [owner] },
      addressType,
      ports,
      endpoints,
    },
  })
  const changed = packing.keep.filter(
    ({ slice, endpoints }) =>
      !isEqual(slice.endpoints ?? [], endpoints) ||
      !isEqual(slice.metadata.labels ?? {}, labels) ||
      (annotations && !isEqual(slice.metadata.annotations ?? {}, annotations)),
  )
  return {
    create: packing.create.map(created),
    update: changed.map(({ slice, endpoints }) => {
      const { annotations: before, ...metadata } = slice.metadata
      return {
        kind: EndpointSlice,
        object: { ...slice, metadata: { ...metadata, ...dressed(before) }, endpoints },
      }
    }),
    delete: packing.delete.filter(({ metadata }) => !metadata.deletionTimestamp).map(object => ({ kind: EndpointSlice, object })),
  }
}
