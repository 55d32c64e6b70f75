/** What is seen of a pod in the runtime: its sandboxes and containers, newest first. */

import type { ContainerStatus } from '#kinds/core/container-status.ts'

export type ContainerPhase = 'created' | 'running' | 'exited' | 'unknown'
export interface ObservedContainer {
  readonly id: string
  readonly name: string
  /** How many containers of this name were made before. */
  readonly attempt: number
  readonly sandboxId: string
  readonly phase: ContainerPhase
  /** All times in milliseconds since the epoch; 0 when it has not happened. */
  readonly createdAt: number
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  /** The runtime's word for why it ended: Completed, Error, OOMKilled, StartError, … */
  readonly reason: string
  /** What the container left as its last words, or what the runtime says. */
  readonly message: string
  readonly image: string
  readonly imageId: string
  readonly logPath: string
  /** From the image and the spec with which it was made; changes mean that it must be made anew. */
  readonly hash: string
  readonly stopSignal?: string
  /** As whom its first process was started, where the runtime tells (containerd from 2.0 on). */
  readonly user?: NonNullable<ContainerStatus['user']>
}
export interface ObservedSandbox {
  readonly id: string
  readonly attempt: number
  readonly isReady: boolean
  readonly createdAt: number
  readonly ips: readonly string[]
}
export interface ObservedPod {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly sandboxes: readonly ObservedSandbox[]
  readonly containers: readonly ObservedContainer[]
}

export const NOTHING_OBSERVED: Omit<ObservedPod, 'uid' | 'namespace' | 'name'> = { sandboxes: [], containers: [] }

/** The sandbox in which the pod runs; undefined when there is none that is ready. */
export const readySandbox = ({ sandboxes }: ObservedPod): ObservedSandbox | undefined => sandboxes.find(({ isReady }) => isReady)

/** The newest container of a name, of all sandboxes or of one. */
export const latest = ({ containers }: ObservedPod, name: string, sandboxId?: string): ObservedContainer | undefined =>
  containers.find(container => container.name === name && (sandboxId === undefined || container.sandboxId === sandboxId))

/** The container of that name before the newest one. */
export const previous = ({ containers }: ObservedPod, name: string): ObservedContainer | undefined =>
  containers.filter(container => container.name === name)[1]
