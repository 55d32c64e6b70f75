/** When that happened which changes a service's endpoints, told beside them so that proxies can tell how late they are. Upstream: endpointslice/util, TriggerTimeTracker. */
import { isReady } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import type { Service } from '#kinds/core/service.ts'
import { isEndpoint } from './pods.ts'

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'

type Texts = Readonly<Record<string, string>>
export interface Told {
  /** Whether each pod, by its uid, was told to be ready, if that was told; the whole is undefined when nothing has been told of the service yet. */
  readonly before: ReadonlyMap<string, boolean | undefined> | undefined
  /** Those that the service selects. */
  readonly pods: readonly Pod[]
  /** Whether pods that are ending are told of. */
  readonly includesTerminating: boolean
}

/**
 * The first one of the changes; undefined when none has a time, as when a pod begins to end. A service's first endpoints come with it.
 * Upstream remembers what it has seen of each pod; what was told of it says the same, also after a restart and when a write was refused.
 */
export function triggerTime({ metadata }: Service, { before, pods, includesTerminating }: Told): string | undefined {
  if (!before) return metadata.creationTimestamp
  const isChanged = (pod: Pod): boolean => {
    const { uid = '' } = pod.metadata
    if (!before.has(uid)) return isEndpoint(pod, { includesTerminating })
    const was = before.get(uid)
    return was !== undefined && was !== isReady(pod)
  }
  const times = pods.filter(isChanged).flatMap(readyChangedAt)
  // Times of the API, all of one length, stand in the order of their letters.
  return times.toSorted()[0]
}
const readyChangedAt = ({ status }: Pod): string | readonly never[] =>
  status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? []

/** It goes with whatever is written, and makes no write by itself. */
export function withTriggerTime(annotations: Texts, time: string | undefined): Texts {
  const { [TRIGGER_TIME]: _, ...others } = annotations
  return time === undefined ? others : { ...others, [TRIGGER_TIME]: time }
}
