/** What to do next for a pod. Pure: the worker does it, looks again, and asks again. */
import type { Container } from '#kinds/core/container.ts'
import { isSidecar } from '#kinds/core/pod/facts.ts'
import { containerHash } from '../runtime/labels.ts'
import { latest, type ObservedContainer, type ObservedSandbox, readySandbox } from './observed.ts'
import { isApplied, needsRestart, sized } from './resize.ts'
import { endOfPause, startsAgain, whenSettled } from './restart.ts'
import { type RestartAllStep, restartAllStep } from './restart-all.ts'
import { ephemeralContainers, type Sight } from './sight.ts'

export type Step =
  /** Nothing, until something changes or that time comes. */
  | { readonly do: 'wait'; readonly until?: number }
  | { readonly do: 'mountVolumes' }
  | { readonly do: 'createSandbox'; readonly attempt: number }
  | { readonly do: 'startContainer'; readonly container: Container; readonly role: Role; readonly attempt: number }
  | {
      readonly do: 'stopContainer'
      readonly container: ObservedContainer
      readonly message: string
      readonly graceSeconds?: number
      readonly isAnew?: boolean
    }
  | RestartAllStep
  /** Bring the sizes of what runs to what has been granted. */
  | { readonly do: 'resize' }
  /** From now on the pod ends. */
  | { readonly do: 'end'; readonly verdict?: { readonly reason: string; readonly message: string } }
  /** Stop all containers, each with its hook, signal and grace. */
  | { readonly do: 'stopAll' }
  | { readonly do: 'stopSandboxes'; readonly sandboxes: readonly ObservedSandbox[] }
  | { readonly do: 'unmountVolumes' }
  /** Nothing is left on the node: the API may forget the pod. */
  | { readonly do: 'forget' }
export type Role = 'init' | 'regular' | 'ephemeral'

const WAIT: Step = { do: 'wait' }

/** The rules, first match wins. */
export function nextStep(sight: Sight): Step {
  return sight.memory.ending ? nextOfEnding(sight) : (finish(sight) ?? restartAllStep(sight) ?? sandboxStep(sight) ?? containerStep(sight))
}

/** Reference: concepts, "Pod lifecycle", termination of pods. */
function nextOfEnding({ pod, observed, memory }: Sight): Step {
  if (observed.containers.some(isAlive)) return { do: 'stopAll' }
  const sandboxes = observed.sandboxes.filter(({ id, isReady }) => isReady || !memory.stoppedSandboxes.has(id))
  if (sandboxes.length) return { do: 'stopSandboxes', sandboxes }
  if (memory.areVolumesMounted) return { do: 'unmountVolumes' }
  return pod.metadata.deletionTimestamp ? { do: 'forget' } : WAIT
}
const isAlive = ({ phase }: ObservedContainer) => phase === 'running' || phase === 'unknown'

function finish(sight: Sight): Step | undefined {
  const { pod, observed, memory, now } = sight
  if (pod.metadata.deletionTimestamp) return { do: 'end' }
  const deadline = deadlineOf(sight)
  if (deadline !== undefined && now >= deadline)
    return { do: 'end', verdict: { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' } }
  // Those that have ended are about to begin anew.
  if (memory.isRestartingAll) return undefined
  const isDone = (container: Container) => {
    const newest = latest(observed, container.name)
    return newest?.phase === 'exited' && !startsAgain(sight, container, newest)
  }
  if (pod.spec.containers.every(isDone)) return { do: 'end' }
  const failedInit = (pod.spec.initContainers ?? []).some(c => !isSidecar(c) && isDone(c) && latest(observed, c.name)?.exitCode !== 0)
  return failedInit ? { do: 'end' } : undefined
}
function deadlineOf({ pod }: Sight): number | undefined {
  const { activeDeadlineSeconds } = pod.spec
  const started = pod.status.startTime
  return activeDeadlineSeconds === undefined || !started ? undefined : Date.parse(started) + activeDeadlineSeconds * 1000
}

function sandboxStep({ observed, memory, now }: Sight): Step | undefined {
  const sandbox = readySandbox(observed)
  const stray = observed.containers.find(container => isAlive(container) && container.sandboxId !== sandbox?.id)
  if (stray) return { do: 'stopContainer', container: stray, message: 'Pod sandbox changed, it will be killed and re-created.' }
  if (!memory.areVolumesMounted) return now >= memory.mountRetryAt ? { do: 'mountVolumes' } : { do: 'wait', until: memory.mountRetryAt }
  if (sandbox) return undefined
  const dead = observed.sandboxes.filter(({ id }) => !memory.stoppedSandboxes.has(id))
  if (dead.length) return { do: 'stopSandboxes', sandboxes: dead }
  const attempt = Math.max(-1, ...observed.sandboxes.map(({ attempt }) => attempt)) + 1
  return now >= memory.sandboxRetryAt ? { do: 'createSandbox', attempt } : { do: 'wait', until: memory.sandboxRetryAt }
}

function containerStep(sight: Sight): Step {
  const { pod, observed, memory } = sight
  const sandbox = readySandbox(observed) as ObservedSandbox
  const condemned = condemn(sight, sandbox)
  if (condemned) return condemned
  const waits: number[] = []
  if (isBeingResized(sight)) {
    const { resizeRetryAt = 0 } = memory
    if (resizeRetryAt <= sight.now) return { do: 'resize' }
    waits.push(resizeRetryAt)
  }
  const start = (container: Container, role: Role): Step | undefined => {
    const when = startTime(sight, container)
    if (when <= sight.now) return { do: 'startContainer', container, role, attempt: nextAttempt(sight, container) }
    waits.push(when)
    return undefined
  }
  for (const container of ephemeralContainers(pod)) {
    if (latest(observed, container.name)) continue
    const step = start(container, 'ephemeral')
    if (step) return step
  }
  const isInitialized = pod.spec.containers.some(({ name }) => latest(observed, name, sandbox.id))
  for (const container of pod.spec.initContainers ?? []) {
    const current = latest(observed, container.name, sandbox.id)
    const isRunning = current?.phase === 'running'
    if (isSidecar(container)) {
      if (!isRunning) {
        const step = start(container, 'init')
        if (step) return step
        if (!isInitialized) return waitUntil(sight, waits)
      } else if (!isInitialized && (memory.isStarting(current.id) || !memory.health(current.id).isStarted)) return waitUntil(sight, waits)
    } else if (!isInitialized && !(current?.phase === 'exited' && current.exitCode === 0)) {
      return (isRunning ? undefined : start(container, 'init')) ?? waitUntil(sight, waits)
    }
  }
  for (const container of pod.spec.containers) {
    const current = latest(observed, container.name, sandbox.id)
    const ended = latest(observed, container.name)
    if (current?.phase === 'running' || (ended?.phase === 'exited' && !startsAgain(sight, container, ended))) continue
    const step = start(container, 'regular')
    if (step) return step
  }
  return waitUntil(sight, waits)
}

/** A running container whose probes or whose changed image say that it must go, or that has another size only anew. */
function condemn({ pod, observed, memory }: Sight, { id }: ObservedSandbox): Step | undefined {
  for (const container of [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers]) {
    const running = latest(observed, container.name, id)
    if (running?.phase !== 'running') continue
    const { verdict } = memory.health(running.id)
    const isAnew = (container.restartPolicy ?? pod.spec.restartPolicy) !== 'Never'
    if (verdict) return { do: 'stopContainer', container: running, ...verdict, isAnew }
    if (running.hash && running.hash !== containerHash(container))
      return {
        do: 'stopContainer',
        container: running,
        message: `Container ${container.name} definition changed, will be restarted`,
        isAnew: true,
      }
    const applied = memory.applied?.(running.id)
    if (applied && needsRestart(pod, container, applied))
      return { do: 'stopContainer', container: running, message: `Container ${container.name} resize requires restart`, isAnew: true }
  }
  return undefined
}

/** What is left of a resize; a container that is started anew for it is on its way. */
export const restOfResize = (sight: Sight) => ({
  isBeingResized: isBeingResized(sight),
  isBusy: () => sight.memory.ending !== undefined || ['stopContainer', 'startContainer'].includes(nextStep(sight).do),
})
/** Whether the pod, or a container of it that runs, is not yet as it has been granted. */
function isBeingResized({ pod, observed, memory }: Pick<Sight, 'pod' | 'observed' | 'memory'>): boolean {
  const sandbox = readySandbox(observed)
  if (!sandbox || memory.ending) return false
  if (memory.isGroupSized === false) return true
  return sized(pod).some(container => {
    const running = latest(observed, container.name, sandbox.id)
    const applied = running?.phase === 'running' ? memory.applied?.(running.id) : undefined
    return applied !== undefined && !isApplied(pod, container, applied)
  })
}

/** When a container may be started: its pause after a crash and its last trouble must be over, and the sandbox must have outlived it. */
export function startTime(
  { observed, memory, now }: Pick<Sight, 'observed' | 'memory' | 'now'>,
  { name }: Pick<Container, 'name'>,
): number {
  const ended = latest(observed, name)
  const pause = ended?.phase === 'exited' ? endOfPause(memory.crashes.get(name), ended.finishedAt, now) : undefined
  const settled = ended && ended.sandboxId === readySandbox(observed)?.id ? whenSettled(ended, now) : undefined
  return Math.max(pause ?? now, memory.troubles.get(name)?.retryAt ?? now, settled ?? now)
}

/** Counts on from what is observed, or from what the API remembers when the runtime has forgotten. */
function nextAttempt({ pod, observed, memory }: Sight, { name }: Container): number {
  const newest = latest(observed, name) ?? memory.reset?.get(name)
  if (newest) return newest.attempt + 1
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status
  const known = [...containerStatuses, ...initContainerStatuses].find(status => status.name === name)
  return known?.containerID || known?.lastState.terminated ? known.restartCount + 1 : 0
}

function waitUntil(sight: Sight, times: readonly number[]): Step {
  const shown = [...sight.memory.troubles.values()].flatMap(({ later, until }) => [later?.at, until])
  const later = shown.filter(at => at !== undefined && at > sight.now) as readonly number[]
  const deadline = deadlineOf(sight)
  const all = [...times, ...later, ...(deadline === undefined ? [] : [deadline])]
  return all.length ? { do: 'wait', until: Math.min(...all) } : WAIT
}
