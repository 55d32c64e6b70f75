/** The pods of a node as their running containers tell of them, for who ends them when the API is not there any more. */
import type { Received } from '#base/grpc/message.ts'
import type { LifecycleHandler } from '#kinds/core/probe.ts'
import type { Target } from '../probes/actions.ts'
import type { Container } from '../runtime/cri/container.ts'
import { CONTAINER_PORTS, POD_GRACE_SECONDS, POD_PRIORITY, POD_UID, PRE_STOP, SIDECAR_RANK } from '../runtime/labels.ts'
import type { EndingPod } from './shutdown-order.ts'

export interface RunningContainer {
  readonly id: string
  readonly sandboxId: string
  readonly sidecarRank: number | undefined
  readonly preStop: LifecycleHandler | undefined
  /** By whose names its hook may call them. */
  readonly ports: NonNullable<Target['container']['ports']>
}
export interface RunningPod extends EndingPod {
  readonly containers: readonly RunningContainer[]
}
type Listed = Pick<Received<typeof Container>, 'id' | 'podSandboxId' | 'labels' | 'annotations'>

/** A container of whose pod nothing is told is one by itself, and has `graceSeconds`. */
export function runningPods(containers: readonly Listed[], { graceSeconds }: { readonly graceSeconds: number }): readonly RunningPod[] {
  return [...Map.groupBy(containers, ({ id, labels }) => labels[POD_UID] ?? id).values()].map(ofPod => {
    const annotations = ofPod[0]?.annotations ?? {}
    return {
      priority: Number(annotations[POD_PRIORITY] ?? 0),
      graceSeconds: Number(annotations[POD_GRACE_SECONDS] ?? graceSeconds),
      containers: ofPod.map(runningContainer),
    }
  })
}
function runningContainer({ id, podSandboxId, annotations }: Listed): RunningContainer {
  const { [SIDECAR_RANK]: rank, [PRE_STOP]: hook, [CONTAINER_PORTS]: ports } = annotations
  return {
    id,
    sandboxId: podSandboxId,
    sidecarRank: rank === undefined ? undefined : Number(rank),
    preStop: hook === undefined ? undefined : (JSON.parse(hook) as LifecycleHandler),
    ports: ports === undefined ? [] : (JSON.parse(ports) as RunningContainer['ports']),
  }
}
