/** The status of a pod: phase, conditions, addresses and containers, derived from what is observed. */
import { timestamp } from '#base/clock.ts'
import type { ContainerStatus } from '#kinds/core/container-status.ts'
import { couldRestartAll, isSidecar, isTerminal } from '#kinds/core/pod/facts.ts'
import { qosClass } from '#kinds/core/pod/quality-of-service.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { PodCondition, PodStatus } from '#kinds/core/pod-status.ts'
import { type ContainerStatuses, containerStatuses, isInitDone } from './container-statuses.ts'
import { readySandbox } from './observed.ts'
import { podSize } from './pod-size.ts'
import { startsAgain } from './restart.ts'
import type { Sight } from './sight.ts'

export interface StatusInput extends Sight {
  readonly hostIPs: readonly string[]
  /** How a change of the pod's size stands. */
  readonly resizeConditions?: readonly PodCondition[]
}

/** Fields and conditions of others (readiness gates, resize) are left as they are. */
export function podStatus(input: StatusInput): PodStatus {
  const { pod, observed, memory, now, hostIPs } = input
  if (isRejected(input)) return rejectedStatus(input)
  const statuses = containerStatuses(input)
  const settled = memory.ending?.verdict ? 'Failed' : phaseOf(input, statuses)
  // While any container runs, the pod has not ended: who sees a final phase may rely on it.
  const isRunning = observed.containers.some(container => container.phase === 'running')
  const isEarly = isRunning && !isTerminal(pod) && (settled === 'Succeeded' || settled === 'Failed')
  const phase = isEarly ? 'Running' : settled
  const sandbox = readySandbox(observed)
  const ips = pod.spec.hostNetwork ? (sandbox ? hostIPs : []) : (sandbox?.ips ?? observed.sandboxes[0]?.ips ?? [])
  const podIPs = ips.length ? ips.map(ip => ({ ip })) : (pod.status.podIPs ?? [])
  const generation = pod.metadata.generation
  return {
    ...(generation && { observedGeneration: generation }),
    phase,
    conditions: conditionsOf(input, phase, statuses),
    ...(isEarly ? {} : (memory.ending?.verdict ?? keptVerdict(pod))),
    ...(hostIPs[0] && { hostIP: hostIPs[0], hostIPs: hostIPs.map(ip => ({ ip })) }),
    ...(podIPs[0] && { podIP: podIPs[0].ip, podIPs }),
    startTime: pod.status.startTime ?? timestamp(now),
    ...(statuses.init.length && { initContainerStatuses: statuses.init }),
    containerStatuses: statuses.regular,
    qosClass: pod.status.qosClass ?? qosClass(pod.spec),
    ...(statuses.ephemeral.length && { ephemeralContainerStatuses: statuses.ephemeral }),
    ...podSize(pod, memory.group, phase === 'Running'),
  }
}
/** What the node did not take it tells nothing of but why: kubectl shows the reason. */
const rejectedStatus = ({ pod, memory, now }: StatusInput): PodStatus => ({
  ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
  phase: 'Failed',
  ...(memory.ending?.verdict ?? keptVerdict(pod)),
  startTime: pod.status.startTime ?? timestamp(now),
  qosClass: pod.status.qosClass ?? qosClass(pod.spec),
})
/** A kubelet that starts anew knows it by what is not told of the pod. */
const isRejected = ({ pod, observed, memory }: Sight): boolean =>
  memory.ending?.isRejection ??
  (pod.status.phase === 'Failed' && pod.status.reason !== undefined && !pod.status.containerStatuses?.length && !observed.containers.length)

/** What was once said of a failed pod stays. */
const keptVerdict = ({ status }: Pod) => ({
  ...(status.reason && { reason: status.reason }),
  ...(status.message && { message: status.message }),
})

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'
/** Reference: concepts, "Pod lifecycle", pod phase. A finished pod never changes its phase. */
function phaseOf({ pod, memory, observed }: Sight, { init, regular }: ContainerStatuses): Phase {
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return pod.status.phase as Phase
  const inits = pod.spec.initContainers ?? []
  const isEnding = memory.ending !== undefined
  const isFinal = (container: { name: string }, status: ContainerStatus) => {
    const { terminated } = status.state
    if (!terminated || memory.isRestartingAll) return false
    const { exitCode, containerID = '' } = terminated
    return isEnding || !startsAgain({ pod, memory }, container, { exitCode, id: containerID.replace(/^.*:\/\//, '') })
  }
  const hasRun = regular.some(({ state, lastState }) => state.running ?? state.terminated ?? lastState.terminated)
  if (!hasRun) {
    const failed = inits.some((container, at) => {
      const status = init[at] as ContainerStatus
      return !isSidecar(container) && isFinal(container, status) && status.state.terminated?.exitCode !== 0
    })
    if (failed) return 'Failed'
    if (!inits.every((container, at) => isInitDone(init[at] as ContainerStatus, container))) return 'Pending'
  }
  const begun = regular.map(({ state, lastState }) =>
    state.waiting && !lastState.terminated ? 'waiting' : state.running ? 'running' : 'stopped',
  )
  if (begun.includes('waiting'))
    return isEnding && hasRun && observed.containers.every(({ phase }) => phase === 'exited') ? 'Failed' : 'Pending'
  if (begun.includes('running')) return 'Running'
  if (!regular.every((status, at) => isFinal(pod.spec.containers[at] as { name: string }, status))) return isEnding ? 'Failed' : 'Running'
  return regular.every(({ state }) => state.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed'
}

type Finding = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>
const is = (type: Finding['type'], holds: boolean, { reason, message }: { reason?: string; message?: string } = {}): Finding => ({
  type,
  status: holds ? 'True' : 'False',
  ...(!holds && reason && { reason }),
  ...(!holds && message && { message }),
  ...(holds && reason === 'PodCompleted' && { reason }),
})

function conditionsOf(input: StatusInput, phase: Phase, statuses: ContainerStatuses): readonly PodCondition[] {
  const { pod, observed, memory, now } = input
  const sandbox = readySandbox(observed)
  const hasNetwork = sandbox !== undefined && !memory.ending && (pod.spec.hostNetwork === true || sandbox.ips.length > 0)
  const containersReady = containersReadyOf(statuses, phase)
  const found: readonly Finding[] = [
    is('PodReadyToStartContainers', hasNetwork),
    initializedOf(pod, phase, statuses),
    is('Ready', containersReady.holds && !unmetGate(pod), containersReady.holds ? unmetGate(pod) : containersReady),
    is('ContainersReady', containersReady.holds, containersReady),
    // It is here: told with the generation that was seen last.
    is('PodScheduled', true),
  ]
  const known = new Map((pod.status.conditions ?? []).map(condition => [condition.type, condition]))
  const told = [...found, ...restarting(input, phase), ...disruption(input, phase)].map(finding => {
    const before = known.get(finding.type)
    const isSame = before?.status === finding.status
    const { generation } = pod.metadata
    return {
      ...finding,
      lastProbeTime: null,
      lastTransitionTime: isSame && before.lastTransitionTime ? before.lastTransitionTime : timestamp(now),
      ...(generation && { observedGeneration: generation }),
    }
  })
  return [...told, ...(phase === 'Succeeded' || phase === 'Failed' ? [] : (input.resizeConditions ?? []))]
}

/** Told of each pod whose containers may restart all of it. */
function restarting({ pod, memory }: Sight, phase: Phase): readonly Finding[] {
  if (!couldRestartAll(pod)) return []
  const type = 'AllContainersRestarting'
  if (memory.isRestartingAll)
    return [{ type, status: 'True', reason: 'RestartAllContainersStarted', message: 'container exited with restart policy rule' }]
  const reason = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined
  return [{ type, status: 'False', ...(reason && { reason }) }]
}

/** Told together with the final phase, so that a controller counts the pod once. KEP-3329. */
const disruption = ({ memory: { ending } }: Sight, phase: Phase): readonly Finding[] =>
  phase === 'Failed' && ending?.isDisruption && ending.verdict
    ? [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: ending.verdict.message }]
    : []

function initializedOf({ spec }: Pod, phase: Phase, { init, regular }: ContainerStatuses): Finding {
  if (phase === 'Succeeded') return is('Initialized', true, { reason: 'PodCompleted' })
  const hasRun = regular.some(({ state, lastState }) => state.running ?? state.terminated ?? lastState.terminated)
  const open = (spec.initContainers ?? []).filter((container, at) => !isInitDone(init[at] as ContainerStatus, container))
  return is('Initialized', hasRun || open.length === 0, {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${open.map(({ name }) => name).join(' ')}]`,
  })
}

function containersReadyOf({ init, regular }: ContainerStatuses, phase: Phase): { holds: boolean; reason?: string; message?: string } {
  if (phase === 'Succeeded') return { holds: false, reason: 'PodCompleted' }
  if (phase === 'Failed') return { holds: false, reason: 'PodFailed' }
  const sidecars = init.filter(({ state, started }) => state.running && started !== undefined && !state.terminated)
  const unready = [...sidecars.filter(({ started }) => started), ...regular].filter(({ ready }) => !ready).map(({ name }) => name)
  if (unready.length === 0) return { holds: true }
  return { holds: false, reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
}

function unmetGate({ spec, status }: Pod): { reason: string; message: string } | undefined {
  const messages = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = (status.conditions ?? []).find(({ type }) => type === conditionType)
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    return condition.status === 'True' ? [] : [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`]
  })
  return messages.length ? { reason: 'ReadinessGatesNotReady', message: messages.join(', ') } : undefined
}
