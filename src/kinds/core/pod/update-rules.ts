/** What only a new pod may be, and what may change of one that exists, by the subresource that changes it. Upstream: ValidatePodUpdate and its kin. */
import { isQualifiedName } from '#kinds/meta/names.ts'
import { isEqual } from '#schema/json-value.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { ContainerStatus } from '../container-status.ts'
import type { PodSpec } from '../pod-spec.ts'
import type { Toleration } from '../taint.ts'
import { checkAnnotationUpdate } from './annotation-rules.ts'
import { containers, couldRestartAll, isMirror, isSidecar, type PodView } from './facts.ts'
import { checkResize } from './resize-rules.ts'

const FIXED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const SECONDS_MAX = 2 ** 31 - 1

/** Debugging comes later, and a pod that is still gated has no node. */
export function checkNew(spec: PodSpec, at: Path): void {
  if (spec.ephemeralContainers?.length) at.key('ephemeralContainers').forbidden('cannot be set on create')
  if (spec.nodeName && spec.schedulingGates?.length)
    at.key('nodeName').forbidden('cannot be set until all schedulingGates have been cleared')
  checkInitPolicies(spec, at)
}

/** An older pod may have such a policy; it cannot be resized then. */
function checkInitPolicies({ initContainers = [] }: PodSpec, at: Path): void {
  for (const [i, container] of initContainers.entries())
    for (const [j, { restartPolicy }] of (container.resizePolicy ?? []).entries())
      if (!isSidecar(container) && restartPolicy === 'RestartContainer')
        at.key('initContainers')
          .index(i)
          .key('resizePolicy')
          .index(j)
          .key('restartPolicy')
          .invalid(restartPolicy, "must not be set to 'RestartContainer' for non-sidecar initContainers")
}

export function checkUpdate(next: PodView, at: Path, update: { readonly before: PodView; readonly subresource: string }): void {
  const { before, subresource } = update
  const here = at.key('spec')
  switch (subresource) {
    case 'status':
      return checkStatus(next, at, before)
    case 'ephemeralcontainers':
      return checkEphemeral(next, at, before)
    case 'binding':
      return
    case 'resize':
      return checkResize(next, at, before)
    default:
      checkAnnotationUpdate(next.metadata.annotations ?? {}, at.key('metadata').key('annotations'), before.metadata.annotations ?? {})
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
  if (gates.size > 0) checkNarrowing(next, at, before)
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
    ...(wasGated && narrowed(spec, before)),
    containers: spec.containers.map(container => without(container, 'image')),
    initContainers: (spec.initContainers ?? []).map(container => without(container, 'image')),
  }
}
const without = <T extends object>(object: T, ...names: readonly (keyof T)[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name as keyof T)))

/** The selector and the required node affinity may be narrowed; how far, `checkNarrowing` says. What is only preferred may change at will. */
function narrowed({ affinity }: PodSpec, before: PodSpec): Record<string, unknown> {
  const { nodeAffinity: _, ...others } = affinity ?? {}
  const nodeAffinity = before.affinity?.nodeAffinity
  const wasEmpty = before.affinity === undefined && Object.keys(others).length === 0
  return { nodeSelector: before.nodeSelector, affinity: wasEmpty ? undefined : { ...others, ...(nodeAffinity && { nodeAffinity }) } }
}
function checkNarrowing(spec: PodSpec, at: Path, before: PodSpec): void {
  for (const [name, value] of Object.entries(before.nodeSelector ?? {}))
    if (spec.nodeSelector?.[name] !== value)
      at.key('nodeSelector').invalid(
        spec.nodeSelector ?? null,
        'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      )
  const required = 'requiredDuringSchedulingIgnoredDuringExecution'
  const oldTerms = before.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? []
  const terms = spec.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? []
  const here = at.key('affinity').key('nodeAffinity').key(required).key('nodeSelectorTerms')
  if (oldTerms.length === 0) return
  // Terms are alternatives, so none may be added; the requirements of a term must all hold, so some may be.
  if (terms.length !== oldTerms.length) return here.invalid(terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')
  for (const [i, old] of oldTerms.entries()) {
    const isLonger = (['matchExpressions', 'matchFields'] as const).every(list =>
      (old[list] ?? []).every((one, j) => isEqual(one, terms[i]?.[list]?.[j])),
    )
    if (!isLonger) here.index(i).invalid(terms[i], 'only additions are allowed (no mutations or deletions)')
  }
}

function checkDeadline(next: number | undefined, before: number | undefined, at: Path): void {
  if (next !== undefined) {
    if (next < 0 || next > SECONDS_MAX) at.invalid(next, `must be between 0 and ${SECONDS_MAX}, inclusive`)
    else if (before !== undefined && before < next) at.invalid(next, 'must be less than or equal to previous value')
  } else if (before !== undefined) at.invalid(null, 'must not update from a positive integer to nil value')
}

function checkTolerations(next: readonly Toleration[], before: readonly Toleration[], at: Path): void {
  const identity = ({ key, operator, value, effect }: Toleration) => JSON.stringify([key ?? '', operator ?? '', value ?? '', effect ?? ''])
  const found = new Set(next.map(identity))
  for (const old of before)
    if (!found.has(identity(old))) at.forbidden('existing toleration can not be modified except its tolerationSeconds')
}

function checkEphemeral(next: PodView, at: Path, before: PodView): void {
  if (isMirror(before)) return at.key('').forbidden('static pods do not support ephemeral containers')
  const here = at.key('spec').key('ephemeralContainers')
  const found = new Map((next.spec.ephemeralContainers ?? []).map(container => [container.name, container]))
  for (const old of before.spec.ephemeralContainers ?? []) {
    const now = found.get(old.name)
    if (!now) here.forbidden(`existing ephemeral containers "${old.name}" may not be removed\n`)
    else if (!isEqual(now, old)) here.forbidden(`existing ephemeral containers "${old.name}" may not be changed\n`)
  }
}

/** The kubelet's own conditions have names of their own. */
const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized'])
function checkStatus(next: PodView, at: Path, before: PodView): void {
  const here = at.key('status')
  for (const [i, { type }] of (next.status.conditions ?? []).entries()) {
    const wrong = SYSTEM_CONDITIONS.has(type) ? undefined : isQualifiedName(type)
    if (wrong) at.key('metadata').key('conditions').index(i).key('Type').invalid(type, wrong)
  }
  if (next.spec.nodeName !== before.spec.nodeName) here.key('nodeName').forbidden('may not be changed directly')
  if (before.status.qosClass && next.status.qosClass !== before.status.qosClass)
    here.key('qosClass').invalid(next.status.qosClass ?? '', 'field is immutable')
  // All of them begin anew, whatever the policy says of each.
  const policy = couldRestartAll(before) ? 'Always' : before.spec.restartPolicy
  const restarting = new Set(
    containers(before.spec)
      .filter(({ restartPolicy }) => restartPolicy !== undefined)
      .map(({ name }) => name),
  )
  for (const list of ['containerStatuses', 'initContainerStatuses'] as const)
    checkEnded(next.status[list], before.status[list], { at: here.key(list), policy, restarting })
  checkEnded(next.status.ephemeralContainerStatuses, before.status.ephemeralContainerStatuses, {
    at: here.key('ephemeralContainerStatuses'),
    policy: 'Never',
    restarting: new Set(),
  })
}
interface Ending {
  readonly at: Path
  readonly policy: string
  /** Containers with a policy of their own. */
  readonly restarting: ReadonlySet<string>
}
/** What has ended for good does not come back. */
function checkEnded(
  next: readonly ContainerStatus[] | undefined,
  before: readonly ContainerStatus[] | undefined,
  { at, policy, restarting }: Ending,
): void {
  if (policy === 'Always') return
  for (const [i, old] of (before ?? []).entries()) {
    const ended = old.state.terminated
    if (!ended || restarting.has(old.name) || (ended.exitCode !== 0 && policy === 'OnFailure')) continue
    const now = next?.find(({ name }) => name === old.name)
    if (now && !now.state.terminated) at.index(i).key('state').forbidden('may not be transitioned to non-terminated state')
  }
}
