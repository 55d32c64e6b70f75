/** What a resize may change: CPU and memory of containers (KEP-1287) and of the pod as a whole (KEP-5419). Upstream: ValidatePodResize. */
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { Container } from '../container.ts'
import type { ResourceRequirements } from '../resources.ts'
import { isMirror, isSidecar, type PodView } from './facts.ts'
import { qosClass } from './quality-of-service.ts'

/** The pod's class does not change, and what is limited stays limited. */
export function checkResize(next: PodView, at: Path, before: PodView): void {
  if (isMirror(before)) return at.key('').forbidden('static pods cannot be resized')
  if (before.spec.os?.name === 'windows') return at.key('').forbidden('windows pods cannot be resized')
  const here = at.key('spec')
  if (qosClass(next.spec) !== (before.status.qosClass ?? qosClass(before.spec)))
    here.invalid(next.status.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing')
  const running = before.status.containerStatuses?.find(({ state }) => state.running)
  if (running && !running.resources) here.forbidden('Pod running on node without support for resize')
  checkPodLevel(next.spec.resources, before.spec.resources, here)
  if (before.status.nodeAllocatableResourceClaimStatuses?.length)
    here.forbidden('pods with node allocatable resource claims cannot be resized')
  if (areOrdered(next, before, here)) checkContainers(next, before, here)
}

const isSized = (resources: ResourceRequirements | undefined): boolean =>
  Object.keys(resources?.requests ?? {}).length + Object.keys(resources?.limits ?? {}).length > 0
function checkPodLevel(next: ResourceRequirements | undefined, before: ResourceRequirements | undefined, at: Path): void {
  if (!isSized(next) && !isSized(before)) return
  const here = at.key('resources')
  if (before && !next) return here.forbidden('pod-level resources cannot be removed')
  checkKept(next, before, { here, noun: 'pod-level resource' })
  if (hasOtherChange(next, before)) at.forbidden('only cpu and memory resources are mutable at pod-level')
}

/** Only of containers that stand in the same order can be said which is which. */
function areOrdered(next: PodView, before: PodView, at: Path): boolean {
  let isSo = true
  for (const list of ['containers', 'initContainers'] as const) {
    const [now, was] = [next.spec[list] ?? [], before.spec[list] ?? []]
    if (now.length !== was.length) {
      at.key(list).forbidden(`${list} may not be added or removed on resize`)
      isSo = false
      continue
    }
    for (const [i, { name }] of was.entries()) {
      if (now[i]?.name === name) continue
      at.key(list).index(i).key('name').forbidden(`${list} may not be renamed or reordered on resize`)
      isSo = false
    }
  }
  return isSo
}

function checkContainers(next: PodView, before: PodView, at: Path): void {
  for (const list of ['initContainers', 'containers'] as const)
    for (const [i, { resources }] of (next.spec[list] ?? []).entries())
      checkKept(resources, before.spec[list]?.[i]?.resources, { here: at.key(list).index(i).key('resources'), noun: 'resource' })
  for (const [i, container] of next.spec.containers.entries())
    if (hasChanged(container, before.spec.containers[i])) at.forbidden('only cpu and memory resources are mutable')
  for (const [i, container] of (next.spec.initContainers ?? []).entries()) {
    const old = before.spec.initContainers?.[i]
    const here = at.key('initContainers').index(i)
    if (hasChanged(container, old)) here.forbidden('only cpu and memory resources for init or sidecar containers are mutable')
    const wouldRestart = container.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer')
    if (!isSidecar(container) && wouldRestart && !isEqual(container, old ?? null))
      here.forbidden('non-sidecar init containers with a resize policy of RestartContainer cannot be resized')
  }
}

interface Place {
  readonly here: Path
  readonly noun: string
}
function checkKept(next: ResourceRequirements | undefined, before: ResourceRequirements | undefined, { here, noun }: Place): void {
  for (const side of ['requests', 'limits'] as const)
    if (Object.keys(before?.[side] ?? {}).some(name => next?.[side]?.[name] === undefined))
      here.key(side).forbidden(`${noun} ${side} cannot be removed`)
}
/** Everything of a container but its sizes: the policy by which it is resized, too. */
const hasChanged = (next: Container, before: Container | undefined): boolean =>
  !isEqual({ ...next, resources: null }, before ? { ...before, resources: null } : null) ||
  hasOtherChange(next.resources, before?.resources)
const hasOtherChange = (next: ResourceRequirements | undefined, before: ResourceRequirements | undefined): boolean =>
  !isEqual(others(next), others(before))
const others = ({ requests = {}, limits = {}, claims = [] }: ResourceRequirements = {}) => ({
  requests: unresizable(requests),
  limits: unresizable(limits),
  claims,
})
const unresizable = (amounts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(amounts).filter(([name]) => name !== 'cpu' && name !== 'memory'))
