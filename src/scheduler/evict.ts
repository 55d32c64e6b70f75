/** Carries a preemption out: those who have to go are told why, and go. */
import { type Clock, timestamp } from '#base/clock.ts'
import type { EventRecorder } from '#client/events.ts'
import type { Client } from '#client/transport.ts'
import { condition } from '#kinds/core/pod/facts.ts'
import { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { PREEMPTED } from './preemption.ts'
import type { Victims } from './victims.ts'

export interface Means {
  readonly client: Client
  readonly clock: Clock
  readonly recorder: EventRecorder
  /** Who decides. */
  readonly name: string
}
/** Resolves when all victims are being deleted. Those that are gone already are no failure. */
export async function evict({ pods, node }: Victims, pod: Pod, means: Means): Promise<void> {
  await Promise.all(pods.map(victim => evictOne(victim, means)))
  for (const about of pods)
    means.recorder.record({
      about,
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      related: pod,
      message: `Preempted by pod ${pod.metadata.uid} on node ${node}`,
    })
}

async function evictOne(victim: Pod, { client, clock, name }: Means): Promise<void> {
  const { namespace, uid, generation } = victim.metadata
  const ref = { namespace, name: victim.metadata.name as string }
  const because = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: PREEMPTED,
    message: `${name}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: timestamp(clock.now()),
    ...(generation !== undefined && { observedGeneration: generation }),
  }
  try {
    if (condition(victim, 'DisruptionTarget')?.reason !== PREEMPTED)
      await client.patch(Pod, ref, 'strategic', { metadata: { uid }, status: { conditions: [because] } }, { subresource: 'status' })
    await client.delete(Pod, ref, { preconditions: { uid } })
  } catch (error) {
    // Gone, or another pod of that name has come in its place.
    if (!isRefusal(error, 'NotFound') && !isRefusal(error, 'Conflict')) throw error
  }
}
