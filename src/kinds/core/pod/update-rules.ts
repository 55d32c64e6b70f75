/** What may change of a pod that exists, by the subresource that changes it. Upstream: ValidatePodUpdate and its kin. */
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { Container } from '../container.ts'
import type { PodSpec } from '../pod-spec.ts'
import type { Toleration } from '../taint.ts'
import type { PodView } from './facts.ts'
import { qosClass } from './quality-of-service.ts'

const FIXED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const RESIZE_FIXED = 'only cpu and memory resources are mutable'
const SECONDS_MAX = 2 ** 31 - 1

export function checkUpdate(next: PodView, at: Path, update: { readonly before: PodView; readonly subresource: string }): void {
  const { before, subresource } = update
  const here = at.key('spec')
  switch (subresource) {
    case 'status':
      return checkStatus(next, at, before)
    case 'ephemeralcontainers':
      return checkEphemeral(next.spec, here.key('ephemeralContainers'), before.spec)
    case 'binding':
      return
    case 'resize':
      return checkResize(next.spec, here, before)
    default:
      return checkSpecUpdate(next.spec, here, before.spec)
  }
}

function checkSpecUpdate(next: PodSpec, at: Path, before: PodSpec): void {
  for (const list of ['containers', 'initContainers'] as const)
    if ((next[list] ?? []).length !== (before[list] ?? []).length) {
      at.key(list).forbidden('pod updates may not add or remove containers')
      return
    }
  checkDeadline(next.activeDeadlineSeconds, before.activeDeadlineSeconds, at.key('activeDeadlineSeconds'))
  checkTolerations(next.tolerations ?? [], before.tolerations ?? [], at.key('tolerations'))
  const gates = new Set((before.schedulingGates ?? []).map(({ name }) => name))
  for (const [i, { name }] of (next.schedulingGates ?? []).entries())
    if (!gates.has(name)) at.key('schedulingGates').index(i).forbidden(`only deletion is allowed, but found new scheduling gate '${name}'`)
  const [kept, was] = [fixed(next, before), fixed(before, before)]
  const changed = [...new Set([...Object.keys(kept), ...Object.keys(was)])].filter(name => !isEqual(kept[name], was[name]))
  if (changed.length) at.forbidden(`${FIXED}\n  changed: ${changed.map(name => `spec.${name}`).join(', ')}`)
}

/** What of a spec may not change. A gated pod, which no scheduler has looked at, may still be narrowed to fewer nodes (KEP-3838). */
function fixed(spec: PodSpec, before: PodSpec): Record<string, unknown> {
  const wasGated = (before.schedulingGates ?? []).length > 0
  const wasNegative = before.terminationGracePeriodSeconds < 0
  return {
    ...without(spec, 'activeDeadlineSeconds', 'tolerations', 'schedulingGates', 'containers', 'initContainers'),
    ...(wasNegative && spec.terminationGracePeriodSeconds === 1 && { terminationGracePeriodSeconds: before.terminationGracePeriodSeconds }),
    ...(wasGated && isNarrowed(spec, before) && { nodeSelector: before.nodeSelector, affinity: before.affinity }),
    containers: spec.containers.map(container => without(container, 'image')),
    initContainers: (spec.initContainers ?? []).map(container => without(container, 'image')),
  }
}
const without = <T extends object>(object: T, ...names: readonly (keyof T)[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name as keyof T)))

function isNarrowed(spec: PodSpec, before: PodSpec): boolean {
  const keepsSelector = Object.entries(before.nodeSelector ?? {}).every(([name, value]) => spec.nodeSelector?.[name] === value)
  const [{ nodeAffinity: node, ...others }, { nodeAffinity: oldNode, ...oldOthers }] = [spec.affinity ?? {}, before.affinity ?? {}]
  if (!keepsSelector || !isEqual(others, oldOthers)) return false
  const terms = node?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const oldTerms = oldNode?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!oldTerms) return true
  // Terms are alternatives, so none may be added; the requirements of a term must all hold, so some may be.
  return (
    terms.length === oldTerms.length &&
    oldTerms.every((old, i) =>
      (['matchExpressions', 'matchFields'] as const).every(list =>
        (old[list] ?? []).every((one, j) => isEqual(one, terms[i]?.[list]?.[j])),
      ),
    )
  )
}

function checkDeadline(next: number | undefined, before: number | undefined, at: Path): void {
  if (next !== undefined) {
    if (next < 0 || next > SECONDS_MAX) at.invalid(next, `must be between 0 and ${SECONDS_MAX}, inclusive`)
    else if (before !== undefined && before < next) at.invalid(next, 'must be less than or equal to previous value')
  } else if (before !== undefined) at.invalid(null, 'must not update from a positive integer to nil value')
}

function checkTolerations(next: readonly Toleration[], before: readonly Toleration[], at: Path): void {
  const plain = (toleration: Toleration) => without(toleration, 'tolerationSeconds')
  for (const old of before)
    if (!next.some(one => isEqual(plain(one), plain(old))))
      at.forbidden('existing toleration can not be modified except its tolerationSeconds')
}

function checkEphemeral(next: PodSpec, at: Path, before: PodSpec): void {
  const found = new Map((next.ephemeralContainers ?? []).map(container => [container.name, container]))
  for (const [i, old] of (before.ephemeralContainers ?? []).entries()) {
    const now = found.get(old.name)
    if (!now) at.forbidden(`existing ephemeral containers "${old.name}" may not be removed`)
    else if (!isEqual(now, old)) at.index(i).forbidden(`existing ephemeral containers "${old.name}" may not be changed`)
  }
}

/** KEP-1287: sizes change in place, the pod's class does not. */
function checkResize(next: PodSpec, at: Path, before: PodView): void {
  if (qosClass(next) !== (before.status.qosClass ?? qosClass(before.spec)))
    at.invalid(qosClass(next), 'Pod QOS Class may not change as a result of resizing')
  const others = (container: Container) =>
    (['limits', 'requests'] as const).map(side =>
      Object.fromEntries(Object.entries(container.resources[side] ?? {}).filter(([name]) => name !== 'cpu' && name !== 'memory')),
    )
  for (const [i, container] of next.containers.entries()) {
    const old = before.spec.containers[i]
    if (old && !isEqual(others(container), others(old))) at.forbidden(RESIZE_FIXED)
  }
}

function checkStatus(next: PodView, at: Path, before: PodView): void {
  if (next.spec.nodeName !== before.spec.nodeName) at.key('status').key('nodeName').forbidden('may not be changed directly')
  if (before.status.qosClass && next.status.qosClass !== before.status.qosClass)
    at.key('status')
      .key('qosClass')
      .invalid(next.status.qosClass ?? '', 'field is immutable')
  if (next.spec.restartPolicy === 'Always') return
  for (const old of before.status.containerStatuses ?? []) {
    const isOver = old.state.terminated && (next.spec.restartPolicy === 'Never' || old.state.terminated.exitCode === 0)
    const i = next.status.containerStatuses?.findIndex(({ name }) => name === old.name) ?? -1
    const now = next.status.containerStatuses?.[i]
    const restartable = next.spec.containers.find(({ name }) => name === old.name)?.restartPolicy !== undefined
    if (isOver && now && !now.state.terminated && !restartable)
      at.key('status').key('containerStatuses').index(i).key('state').forbidden('may not be transitioned to non-terminated state')
  }
}
