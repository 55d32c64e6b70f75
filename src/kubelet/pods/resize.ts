/** Changing what a running pod may use (KEP-1287, KEP-5419): what is granted, and what of it is yet to be done. Pure. */
import type { Container } from '#kinds/core/container.ts'
import { requestsOf } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'
import { isEqual } from '#schema/json-value.ts'
import { compareQuantities, parseQuantity } from '#schema/quantity.ts'

/** What a pod has been granted: as a whole, and each container by name. */
export interface Grants {
  readonly pod?: ResourceRequirements
  readonly containers: Readonly<Record<string, ResourceRequirements>>
}
/** What a running container has been given, and what its pod had as a whole at that time. */
export interface Applied {
  readonly own: ResourceRequirements
  readonly pod?: ResourceRequirements
}
/** These are changed in place; anything else of the resources stays as it was. */
export const RESIZABLE = ['cpu', 'memory'] as const
export type Resizable = (typeof RESIZABLE)[number]

export const sized = ({ spec }: Pod): readonly Container[] => [...(spec.initContainers ?? []), ...spec.containers]
export const grantsOf = (pod: Pod): Grants => ({
  ...(pod.spec.resources && { pod: pod.spec.resources }),
  containers: Object.fromEntries(sized(pod).map(({ name, resources }) => [name, resources ?? {}])),
})
export const isGranted = (pod: Pod, grants: Grants): boolean => areSame(grantsOf(pod), grants)
export const areSame = (a: Grants, b: Grants): boolean =>
  sameAmounts(a.pod ?? {}, b.pod ?? {}) &&
  Object.keys(a.containers).every(name => sameAmounts(a.containers[name] ?? {}, b.containers[name] ?? {}))

/** The pod as it is to run now: with what it has been granted in place of what it asks for. */
export function asGranted(pod: Pod, grants: Grants): Pod {
  if (isGranted(pod, grants)) return pod
  const granted = (container: Container): Container => ({
    ...container,
    resources: grants.containers[container.name] ?? container.resources,
  })
  const { initContainers, containers, resources: _, ...rest } = pod.spec
  return {
    ...pod,
    spec: {
      ...rest,
      ...(grants.pod && { resources: grants.pod }),
      containers: containers.map(granted),
      ...(initContainers && { initContainers: initContainers.map(granted) }),
    },
  }
}

export const isIncreasing = (next: Pod, before: Pod): boolean => {
  const [asked, had] = [requestsOf(next), requestsOf(before)]
  return RESIZABLE.some(name => compareQuantities(asked[name] ?? '0', had[name] ?? '0') > 0)
}

/** What a container may use: where it is not limited itself, its pod's limit is its own. */
export function effective({ own, pod }: Applied): ResourceRequirements {
  const limits = Object.fromEntries(
    RESIZABLE.flatMap(name => {
      const limit = isZero(own.limits?.[name]) ? (pod?.limits?.[name] ?? own.limits?.[name]) : own.limits?.[name]
      return limit === undefined ? [] : [[name, limit]]
    }),
  )
  return { ...own, limits: { ...own.limits, ...limits } }
}
const isZero = (amount = '0') => parseQuantity(amount).nanos === 0n
export const appliedTo = ({ spec }: Pod, { resources }: Pick<Container, 'resources'>): Applied => ({
  own: resources ?? {},
  ...(spec.resources && { pod: spec.resources }),
})
export const isApplied = (pod: Pod, container: Container, applied: Applied): boolean =>
  sameAmounts(effective(appliedTo(pod, container)), effective(applied))

/** Whether a container has to be started anew for its resources to change. */
export function needsRestart(pod: Pod, container: Container, applied: Applied): boolean {
  const [next, before] = [effective(appliedTo(pod, container)), effective(applied)]
  return RESIZABLE.some(
    name =>
      !sameIn(next, before, name) &&
      container.resizePolicy?.some(({ resourceName, restartPolicy }) => resourceName === name && restartPolicy === 'RestartContainer'),
  )
}

export const sameAmounts = (a: ResourceRequirements, b: ResourceRequirements): boolean =>
  isEqual(a.claims ?? [], b.claims ?? []) && RESIZABLE.every(name => sameIn(a, b, name))
export const sameIn = (a: ResourceRequirements, b: ResourceRequirements, name: Resizable): boolean =>
  sameAmount(a.limits?.[name], b.limits?.[name]) && sameAmount(a.requests?.[name], b.requests?.[name])
const sameAmount = (a: string | undefined, b: string | undefined) =>
  a === undefined || b === undefined ? a === b : parseQuantity(a).nanos === parseQuantity(b).nanos
