/** Changing what running containers may use (KEP-1287): what is granted, what is pending, what is yet to be done. Pure. */
import type { Container } from '#kinds/core/container.ts'
import { type Amounts, plus, requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'
import { isEqual } from '#schema/json-value.ts'
import { milliValue, parseQuantity, quantityValue } from '#schema/quantity.ts'

/** What each container has been granted, by name. */
export type Grants = ReadonlyMap<string, ResourceRequirements>
export interface Pending {
  /** Never on this node, or not now. */
  readonly reason: 'Infeasible' | 'Deferred'
  readonly message: string
}
/** These are changed in place; anything else of a container's resources stays as it was. */
const RESIZABLE = ['cpu', 'memory'] as const

const sized = ({ spec }: Pod): readonly Container[] => [...(spec.initContainers ?? []), ...spec.containers]
export const grantsOf = (pod: Pod): Grants => new Map(sized(pod).map(({ name, resources }) => [name, resources ?? {}]))
export const isGranted = (pod: Pod, grants: Grants): boolean =>
  sized(pod).every(({ name, resources }) => sameAmounts(resources ?? {}, grants.get(name) ?? {}))

/** The pod as it is to run now: with what it has been granted in place of what it asks for. */
export function asGranted(pod: Pod, grants: Grants): Pod {
  if (isGranted(pod, grants)) return pod
  const granted = (container: Container): Container => ({ ...container, resources: grants.get(container.name) ?? container.resources })
  const { initContainers, containers } = pod.spec
  return {
    ...pod,
    spec: { ...pod.spec, containers: containers.map(granted), ...(initContainers && { initContainers: initContainers.map(granted) }) },
  }
}

/** Why what the pod asks for cannot be granted; undefined when it can. `others` is what the other pods of the node have. */
export function pendingOf(
  pod: Pod,
  { allocatable, others }: { readonly allocatable: Amounts; readonly others: readonly Pod[] },
): Pending | undefined {
  const asked = requestsOf(pod)
  const used = others.map(requestsOf).reduce(plus, {})
  const amount = (name: string, text = '0') => (name === 'cpu' ? milliValue(text) : quantityValue(text))
  for (const name of RESIZABLE) {
    const [requested, capacity] = [amount(name, asked[name]), amount(name, allocatable[name])]
    if (requested > capacity)
      return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}` }
  }
  for (const name of RESIZABLE) {
    const [requested, capacity, taken] = [amount(name, asked[name]), amount(name, allocatable[name]), amount(name, used[name])]
    if (requested + taken > capacity)
      return {
        reason: 'Deferred',
        message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${taken}, capacity: ${capacity}`,
      }
  }
  return undefined
}

/** Whether a container has to be started anew for its resources to change. */
export function needsRestart({ resizePolicy = [], resources }: Container, applied: ResourceRequirements): boolean {
  return RESIZABLE.some(name => {
    const hasChanged =
      !sameAmount(resources?.limits?.[name], applied.limits?.[name]) || !sameAmount(resources?.requests?.[name], applied.requests?.[name])
    return (
      hasChanged && resizePolicy.some(({ resourceName, restartPolicy }) => resourceName === name && restartPolicy === 'RestartContainer')
    )
  })
}

export const sameAmounts = (a: ResourceRequirements, b: ResourceRequirements): boolean =>
  isEqual(a.claims ?? [], b.claims ?? []) &&
  RESIZABLE.every(name => sameAmount(a.limits?.[name], b.limits?.[name]) && sameAmount(a.requests?.[name], b.requests?.[name]))
const sameAmount = (a: string | undefined, b: string | undefined) =>
  a === undefined || b === undefined ? a === b : parseQuantity(a).nanos === parseQuantity(b).nanos
