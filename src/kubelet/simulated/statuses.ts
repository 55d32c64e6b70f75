/** The status of a pod that only pretends to run. */
import { timestamp } from '#base/clock.ts'
import type { Container } from '#kinds/core/container.ts'
import { isSidecar } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'

/** Where the pod is. */
export interface Place {
  readonly hostIP: string
  readonly podIP: string
}
export interface Simulation {
  readonly place: Place
  readonly now: number
  readonly phase: 'Running' | 'Succeeded' | 'Failed'
  readonly exitCode?: number
  /** The exit code of the run that was followed by this one. */
  readonly restartedAfter?: number
}

/** As a strategic merge patch. */
export function simulatedStatus(pod: Pod, simulation: Simulation): Readonly<Record<string, unknown>> {
  const { place, phase, now } = simulation
  const { spec, metadata, status } = pod
  const isRunning = phase === 'Running'
  const podIP = spec.hostNetwork ? place.hostIP : place.podIP
  const generation = metadata.generation ? { observedGeneration: metadata.generation } : {}
  const condition = (type: string, holds: boolean, reason = phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed') => ({
    type,
    status: holds ? 'True' : 'False',
    ...(holds ? { reason: null, message: null } : { reason }),
    lastTransitionTime: transition(pod, type, holds ? 'True' : 'False') ?? timestamp(now),
    ...generation,
  })
  const unmet = (spec.readinessGates ?? []).some(
    gate => !(status.conditions ?? []).some(({ type, status }) => type === gate.conditionType && status === 'True'),
  )
  return {
    ...generation,
    phase,
    conditions: [
      condition('PodReadyToStartContainers', isRunning),
      condition('Initialized', true),
      condition('Ready', isRunning && !unmet, unmet && isRunning ? 'ReadinessGatesNotReady' : undefined),
      condition('ContainersReady', isRunning),
    ],
    hostIP: place.hostIP,
    hostIPs: [{ ip: place.hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: status.startTime ?? timestamp(now),
    ...(spec.initContainers?.length && {
      initContainerStatuses: spec.initContainers.map(container =>
        isSidecar(container) ? statusOf(pod, container, simulation) : done(pod, container, simulation),
      ),
    }),
    containerStatuses: spec.containers.map(container => statusOf(pod, container, simulation)),
  }
}

const transition = ({ status }: Pod, type: string, value: string) =>
  (status.conditions ?? []).find(condition => condition.type === type && condition.status === value)?.lastTransitionTime

const knownOf = ({ status }: Pod, { name }: Container) =>
  [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(one => one.name === name)

/** An id that no runtime knows, different for each run. */
const idOf = ({ metadata }: Pod, { name }: Container, run: number) => `simulated://${metadata.uid}-${name}-${run}`

function statusOf(pod: Pod, container: Container, { now, phase, exitCode = 0, restartedAfter }: Simulation) {
  const known = knownOf(pod, container)
  const restartCount = (known?.restartCount ?? 0) + (restartedAfter === undefined ? 0 : 1)
  const startedAt = known?.state.running?.startedAt ?? timestamp(now)
  const ended = (code: number) => ({
    terminated: {
      exitCode: code,
      reason: code === 0 ? 'Completed' : 'Error',
      startedAt,
      finishedAt: timestamp(now),
      containerID: known?.containerID ?? idOf(pod, container, restartCount),
    },
  })
  const isRunning = phase === 'Running'
  return {
    name: container.name,
    state: isRunning ? { running: { startedAt: timestamp(now) } } : ended(exitCode),
    lastState: restartedAfter === undefined ? (known?.lastState ?? {}) : ended(restartedAfter),
    ready: isRunning,
    restartCount,
    image: container.image ?? '',
    imageID: `simulated://${container.image}`,
    containerID: idOf(pod, container, restartCount),
    started: isRunning,
  }
}
function done(pod: Pod, container: Container, { now }: Simulation) {
  const times = { startedAt: timestamp(now), finishedAt: timestamp(now) }
  const containerID = idOf(pod, container, 0)
  return (
    knownOf(pod, container) ?? {
      name: container.name,
      state: { terminated: { exitCode: 0, reason: 'Completed', ...times, containerID } },
      lastState: {},
      ready: true,
      restartCount: 0,
      image: container.image ?? '',
      imageID: `simulated://${container.image}`,
      containerID,
      started: false,
    }
  )
}
