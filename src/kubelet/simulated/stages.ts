/** How a pod on a simulated node goes its way: the stages, as data. The first one that applies is next. */
import { timestamp } from '#base/clock.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type Place, simulatedStatus } from './statuses.ts'

/** Seconds that the containers of a pod run before they end; without it only pods that are not always restarted end. */
export const RUN_SECONDS = 'simulated.knarr/run-seconds'
/** With which exit code they end; default 0. */
export const EXIT_CODE = 'simulated.knarr/exit-code'
/** Seconds until the containers are running and ready. */
export const START_SECONDS = 'simulated.knarr/start-seconds'

/** What a stage does: a status patch, or the deletion of the pod. */
export type Outcome = { readonly status: Readonly<Record<string, unknown>> } | 'delete'
export interface Stage {
  readonly name: string
  readonly applies: (pod: Pod) => boolean
  /** When it is due, in milliseconds since the epoch. */
  readonly due: (pod: Pod) => number
  readonly outcome: (pod: Pod, place: Place, now: number) => Outcome
}

/** About what a real node takes with the image at hand, so that timing bugs of controllers show. */
const START_MS = 200
const RUN_MS = 1_000
/** Containers that are told to stop do so at once. */
const STOP_MS = 100

const seconds = ({ metadata }: Pod, name: string): number | undefined => {
  const value = Number(metadata.annotations?.[name])
  return metadata.annotations?.[name] !== undefined && Number.isFinite(value) ? value * 1000 : undefined
}
const at = (text: string | undefined): number => (text ? Date.parse(text) : 0)
const exitCode = ({ metadata }: Pod): number => Number(metadata.annotations?.[EXIT_CODE] ?? 0)
const startedAt = ({ status }: Pod): number => at(status.containerStatuses?.[0]?.state.running?.startedAt)
const isRunning = ({ status }: Pod) => status.phase === 'Running' && status.containerStatuses?.some(({ state }) => state.running) === true
const ends = (pod: Pod) => pod.spec.restartPolicy !== 'Always' || seconds(pod, RUN_SECONDS) !== undefined

// The deletion timestamp is when grace is over; it began this long before.
const stopsAt = ({ metadata }: Pod): number =>
  at(metadata.deletionTimestamp) -
  (metadata.deletionGracePeriodSeconds ?? 0) * 1000 +
  Math.min(STOP_MS, (metadata.deletionGracePeriodSeconds ?? 0) * 1000)
/** Somebody else said that the pod is not ready; the node knows better. */
const isDoubted = (pod: Pod) =>
  isRunning(pod) &&
  pod.status.conditions?.some(({ type, status, reason }) => type === 'Ready' && status === 'False' && reason !== 'ReadinessGatesNotReady')

export const STAGES: readonly Stage[] = [
  {
    // Whoever holds the pod with a finalizer waits to hear how it ended.
    name: 'stop',
    applies: pod => pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod) && Boolean(pod.metadata.finalizers?.length),
    due: stopsAt,
    outcome: (pod, place, now) => ({ status: simulatedStatus(pod, { place, now, phase: 'Failed', exitCode: 137 }) }),
  },
  {
    name: 'delete',
    applies: ({ metadata }) => metadata.deletionTimestamp !== undefined,
    // The deletion timestamp is when grace is over; it began this long before.
    due: stopsAt,
    outcome: () => 'delete',
  },
  {
    name: 'expire',
    applies: pod =>
      !isTerminal(pod) &&
      pod.spec.activeDeadlineSeconds !== undefined &&
      pod.status.startTime !== undefined &&
      deadline(pod) < endOfRun(pod),
    due: pod => deadline(pod),
    outcome: (pod, place, now) => ({
      status: {
        ...simulatedStatus(pod, { place, now, phase: 'Failed', exitCode: 137 }),
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      },
    }),
  },
  {
    name: 'start',
    applies: pod => !isTerminal(pod) && !isRunning(pod),
    due: pod => at(scheduledAt(pod)) + (seconds(pod, START_SECONDS) ?? START_MS),
    outcome: (pod, place, now) => ({ status: simulatedStatus(pod, { place, now, phase: 'Running' }) }),
  },
  {
    name: 'ready again',
    applies: pod => isDoubted(pod) === true,
    due: startedAt,
    outcome: (_pod, _place, now) => ({
      status: { conditions: [{ type: 'Ready', status: 'True', reason: null, message: null, lastTransitionTime: timestamp(now) }] },
    }),
  },
  {
    name: 'restart',
    applies: pod =>
      isRunning(pod) &&
      ends(pod) &&
      (pod.spec.restartPolicy === 'Always' || (pod.spec.restartPolicy === 'OnFailure' && exitCode(pod) !== 0)),
    due: pod => endOfRun(pod),
    outcome: (pod, place, now) => ({ status: simulatedStatus(pod, { place, now, phase: 'Running', restartedAfter: exitCode(pod) }) }),
  },
  {
    name: 'end',
    applies: pod => isRunning(pod) && ends(pod),
    due: pod => endOfRun(pod),
    outcome: (pod, place, now) => ({
      status: simulatedStatus(pod, { place, now, phase: exitCode(pod) === 0 ? 'Succeeded' : 'Failed', exitCode: exitCode(pod) }),
    }),
  },
]
const endOfRun = (pod: Pod) =>
  isRunning(pod) && ends(pod) ? startedAt(pod) + (seconds(pod, RUN_SECONDS) ?? RUN_MS) : Number.POSITIVE_INFINITY
const deadline = ({ spec, status }: Pod) => at(status.startTime) + (spec.activeDeadlineSeconds ?? 0) * 1000
const scheduledAt = ({ status, metadata }: Pod) =>
  status.conditions?.find(({ type }) => type === 'PodScheduled')?.lastTransitionTime ?? metadata.creationTimestamp

/** The stage that is next for a pod; undefined when it stays as it is. */
export const nextStage = (pod: Pod, stages: readonly Stage[] = STAGES): Stage | undefined => stages.find(({ applies }) => applies(pod))
