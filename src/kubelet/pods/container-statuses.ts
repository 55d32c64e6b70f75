/** The statuses of a pod's containers, as the API shows them. */
import { timestamp } from '#base/clock.ts'
import type { Container } from '#kinds/core/container.ts'
import { fullImageName } from '../images/names.ts'
import { containerHash } from '../runtime/labels.ts'
import { isSidecar } from '#kinds/core/pod/facts.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'
import type { ContainerStatus } from '#kinds/core/container-status.ts'
import { latest, type ObservedContainer, previous } from './observed.ts'
import { endOfPause, startsAgain } from './restart.ts'
import { ephemeralContainers, podTitle, type Sight } from './sight.ts'

type State = ContainerStatus['state']

export interface ContainerStatuses {
  readonly init: readonly ContainerStatus[]
  readonly regular: readonly ContainerStatus[]
  readonly ephemeral: readonly ContainerStatus[]
}
export function containerStatuses(sight: Sight): ContainerStatuses {
  const { pod } = sight
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status
  const init = (pod.spec.initContainers ?? []).map(container => statusOf(sight, container, { role: 'init', known: initContainerStatuses }))
  const regular = pod.spec.containers.map(container => statusOf(sight, container, { role: 'regular', known: containerStatuses }))
  const ephemeral = ephemeralContainers(pod).map(c => statusOf(sight, c, { role: 'ephemeral', known: ephemeralContainerStatuses }))
  return { init, regular, ephemeral }
}
export const isInitDone = (status: ContainerStatus, container: Container): boolean =>
  isSidecar(container) ? status.started === true : status.state.terminated?.exitCode === 0

interface Place {
  readonly role: 'init' | 'regular' | 'ephemeral'
  readonly known: readonly ContainerStatus[]
}

function statusOf(sight: Sight, container: Container, place: Place): ContainerStatus {
  const { observed, memory } = sight
  const newest = latest(observed, container.name)
  const known = place.known.find(({ name }) => name === container.name)
  const waiting = waitingState(sight, container)
  if (!newest) return neverSeen(container, place, waiting, memory.reset?.get(container.name))
  const before = previous(observed, container.name)
  const isRunning = newest.phase === 'running'
  const health = memory.health(newest.id)
  const isStarted = isRunning && !memory.isStarting(newest.id) && health.isStarted
  const doesProbe = place.role === 'regular' || (place.role === 'init' && isSidecar(container))
  const willRestart = newest.phase === 'exited' && !memory.ending && startsAgain(sight, container, newest)
  // The API does not let one run again that it was told to have ended well, whatever it ended for.
  const isBetween = memory.anew?.has(newest.id) ?? false
  const isWaiting = newest.phase === 'created' || (willRestart && (waiting.isPressing || isBetween))
  const { name, image = '' } = container
  return {
    name,
    state: isWaiting ? { waiting: waiting.state } : stateOf(newest),
    lastState: isWaiting && newest.phase === 'exited' ? stateOf(newest) : before ? stateOf(before) : lastStateOf(newest, known, memory),
    ready: doesProbe ? isStarted && health.isReady : place.role === 'init' && newest.phase === 'exited' && newest.exitCode === 0,
    restartCount: newest.attempt,
    image: newest.hash === containerHash(container) || !newest.image ? fullImageName(image) : newest.image,
    imageID: newest.imageId,
    containerID: `containerd://${newest.id}`,
    // Nobody waits for an ephemeral container to have started.
    ...(place.role !== 'ephemeral' && { started: isStarted }),
    ...resources(container, (isRunning ? memory.applied?.(newest.id)?.own : undefined) ?? container.resources ?? {}),
    ...mounts(container),
    ...(newest.user && { user: newest.user }),
    ...(newest.stopSignal && { stopSignal: newest.stopSignal }),
  }
}

/** Of a container before which the runtime knows none. */
const lastStateOf = ({ id }: ObservedContainer, known: ContainerStatus | undefined, { begunAnew }: Sight['memory']): State =>
  begunAnew?.has(id) ? { terminated: RESET_TERMINATED } : (known?.lastState ?? {})

/** Upstream tells it of each container that makes room when all of its pod's begin anew, whatever has become of it. */
const RESET = { reason: 'RestartingAllContainers', message: 'The container is removed because RestartAllContainers in place' } as const
const RESET_TERMINATED = { exitCode: 137, ...RESET } as const

/** The API's memory is all that is left of a container which the runtime no longer knows. */
function neverSeen(container: Container, place: Place, waiting: Waiting, reset: ObservedContainer | undefined): ContainerStatus {
  const known = place.known.find(({ name }) => name === container.name)
  if (known?.state.terminated && !waiting.isPressing && !reset) return known
  const lastState = reset
    ? { terminated: RESET_TERMINATED }
    : known?.state.terminated
      ? { terminated: known.state.terminated }
      : (known?.lastState ?? {})
  return {
    name: container.name,
    state: { waiting: waiting.state },
    lastState,
    ready: false,
    restartCount: reset ? reset.attempt + 1 : (known?.restartCount ?? 0),
    image: container.image ?? '',
    imageID: '',
    ...(place.role !== 'ephemeral' && { started: false }),
    ...mounts(container),
  }
}

interface Waiting {
  readonly state: { readonly reason: string; readonly message?: string }
  /** Whether there is more to tell than that it has not begun. */
  readonly isPressing: boolean
}
function waitingState(sight: Sight, container: Container): Waiting {
  const { memory, now, pod } = sight
  const trouble = memory.troubles.get(container.name)
  if (trouble && now < (trouble.until ?? Number.POSITIVE_INFINITY)) {
    const { reason, message } = trouble.later && now >= trouble.later.at ? trouble.later : trouble
    return { state: { reason, message }, isPressing: true }
  }
  const pause = crashPause(sight, container.name)
  if (pause !== undefined) {
    const message = `back-off ${goDuration(pause)} restarting failed container=${container.name} pod=${podTitle(pod)}`
    return { state: { reason: 'CrashLoopBackOff', message }, isPressing: true }
  }
  if (memory.isRestartingAll && memory.reset?.has(container.name)) return { state: RESET, isPressing: true }
  return { state: { reason: pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' }, isPressing: false }
}

/** The length of the pause after a crash in milliseconds, told until the container is started again; undefined when there is none. */
export function crashPause({ observed, memory, now }: Sight, name: string): number | undefined {
  const ended = latest(observed, name)
  if (ended?.phase !== 'exited' || memory.ending || memory.isRestartingAll) return undefined
  const pause = memory.crashes.get(name)
  return pause && endOfPause(pause, ended.finishedAt, now) !== undefined ? pause.ms : undefined
}
/** As Go writes a duration: 10s, 2m40s, 5m0s. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

function stateOf(container: ObservedContainer): State {
  const { phase, startedAt, finishedAt, exitCode, reason, message, id } = container
  if (phase === 'running') return { running: { startedAt: timestamp(startedAt) } }
  if (phase === 'exited')
    return {
      terminated: {
        exitCode,
        reason: reason || (exitCode === 0 ? 'Completed' : 'Error'),
        ...(message && { message }),
        // A container that could not be started has no such time; the zero of Go says so.
        startedAt: timestamp(startedAt),
        finishedAt: timestamp(finishedAt),
        containerID: `containerd://${id}`,
      },
    }
  return { waiting: { reason: 'ContainerCreating' } }
}

/** What the container has, and what it has been granted: they differ while a change is under way. */
function resources(
  container: Container,
  { limits, requests }: ResourceRequirements,
): Pick<ContainerStatus, 'resources' | 'allocatedResources'> {
  const granted = container.resources?.requests
  return { resources: { ...(limits && { limits }), ...(requests && { requests }) }, ...(granted && { allocatedResources: granted }) }
}

const mounts = ({ volumeMounts = [] }: Container): Pick<ContainerStatus, 'volumeMounts'> =>
  volumeMounts.length
    ? {
        volumeMounts: volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly = 'Disabled' }) => ({
          name,
          mountPath,
          // What is done where possible is always possible here.
          ...(readOnly && { readOnly, recursiveReadOnly: recursiveReadOnly === 'Disabled' ? recursiveReadOnly : 'Enabled' }),
        })),
      }
    : {}
