/** How pods appear in tables: ready containers, the one word that says how the pod is, and restarts. */
import { since } from '#kinds/columns.ts'
import type { ContainerStateTerminated, ContainerStatus } from '../container-status.ts'
import { condition, isInitialized, isReady, isSidecar, isTerminal, isTerminating, type PodView, sidecars } from './facts.ts'

/** The reason that the node lifecycle controller gives to pods of nodes that stopped answering. */
const NODE_LOST = 'NodeLost'

interface Appearance {
  readonly ready: number
  readonly total: number
  readonly status: string
  readonly restarts: number
  /** When a container last ended before it was restarted. */
  readonly lastRestart: string | undefined
}

export function appearance(pod: PodView): Appearance {
  const init = initializing(pod)
  const total = pod.spec.containers.length + sidecars(pod).length
  let { reason = initialReason(pod), restarts, lastRestart, ready } = init
  if (init.reason === undefined || isInitialized(pod)) {
    const main = running(pod, reason)
    reason = main.reason
    ready += main.ready
    restarts = init.sidecarRestarts + main.restarts
    lastRestart = latest(init.sidecarLastRestart, main.lastRestart)
  }
  if (isTerminating(pod) && pod.status.reason === NODE_LOST) reason = 'Unknown'
  else if (isTerminating(pod) && !isTerminal(pod)) reason = 'Terminating'
  return { ready, total, status: reason, restarts, lastRestart }
}

function initialReason(pod: PodView): string {
  if (condition(pod, 'PodScheduled')?.reason === 'SchedulingGated') return 'SchedulingGated'
  return pod.status.reason || pod.status.phase || ''
}

/** Follows the init containers up to the first that has not done its part; without a `reason`, all have. */
function initializing(pod: PodView) {
  const declared = new Map((pod.spec.initContainers ?? []).map(container => [container.name, container]))
  let [ready, restarts, sidecarRestarts] = [0, 0, 0]
  let lastRestart: string | undefined
  let sidecarLastRestart: string | undefined
  let reason: string | undefined
  for (const [i, status] of (pod.status.initContainerStatuses ?? []).entries()) {
    const isStaying = isSidecar(declared.get(status.name))
    restarts += status.restartCount
    lastRestart = latest(lastRestart, endedBefore(status))
    if (isStaying) {
      sidecarRestarts += status.restartCount
      sidecarLastRestart = latest(sidecarLastRestart, endedBefore(status))
    }
    const { terminated, waiting } = status.state
    if (terminated?.exitCode === 0) continue
    if (isStaying && status.started) {
      if (status.ready) ready++
      continue
    }
    if (terminated) reason = `Init:${ending(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') reason = `Init:${waiting.reason}`
    else reason = `Init:${i}/${declared.size}`
    break
  }
  return { ready, restarts, lastRestart, sidecarRestarts, sidecarLastRestart, reason }
}

/** The first container with something to say gives the reason. */
function running(pod: PodView, initial: string) {
  let [ready, restarts, reason] = [0, 0, initial]
  let lastRestart: string | undefined
  for (const status of (pod.status.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running } = status.state
    restarts += status.restartCount
    lastRestart = latest(lastRestart, endedBefore(status))
    if (waiting?.reason) reason = waiting.reason
    else if (terminated) reason = ending(terminated)
    else if (status.ready && running) ready++
  }
  // One container is done, another one still works.
  if (reason === 'Completed' && ready > 0) reason = isReady(pod) ? 'Running' : 'NotReady'
  return { ready, restarts, reason, lastRestart }
}

const ending = ({ reason, signal, exitCode }: ContainerStateTerminated) => reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)
const endedBefore = (status: ContainerStatus) => status.lastState.terminated?.finishedAt
const latest = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && Date.parse(b) > Date.parse(a)) ? b : a

export const readyText = (pod: PodView): string => {
  const { ready, total } = appearance(pod)
  return `${ready}/${total}`
}
/** `3`, or `3 (5m ago)`. */
export function restartsText(pod: PodView, now: number): string {
  const { restarts, lastRestart } = appearance(pod)
  return restarts !== 0 && lastRestart ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts)
}
export function readinessGatesText({ spec, status }: PodView): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const met = gates.filter(gate => status.conditions?.some(one => one.type === gate.conditionType && one.status === 'True'))
  return `${met.length}/${gates.length}`
}
