/** Where the runtime serves a stream: exec, attach, port forwarding of a pod. */
import type { Pod } from '#kinds/core/pod.ts'
import type { PodContext } from '../pods/context.ts'
import { latest, type ObservedPod, readySandbox } from '../pods/observed.ts'
import type { PodWorkers } from '../pods/workers.ts'
import type { Wish } from './websocket.ts'

export interface Around {
  readonly workers: PodWorkers
  readonly context: PodContext
}
/** No such pod or container on this node. */
export class NotFound extends Error {
  override readonly name = 'NotFound'
}
export interface PodRef {
  readonly namespace: string
  readonly name: string
}

/** Throws NotFound. */
export function podOf(
  { namespace, name }: PodRef,
  { workers, context }: Around,
): { readonly pod: Pod; readonly observed: ObservedPod | undefined } {
  const pod = workers.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
  if (!pod) throw new NotFound('pod does not exist')
  return { pod, observed: context.observer.pods.get(pod.metadata.uid ?? '') }
}

/** Throws NotFound, or GrpcError when the runtime refuses. */
export async function execUrl(
  { command, container, ...wish }: PodRef & Wish & { container: string; command: readonly string[] },
  around: Around,
): Promise<URL> {
  const containerId = runningContainer({ ...wish, container }, around)
  const { stdin, stdout, stderr, tty } = wish
  return new URL((await around.context.runtime.exec({ containerId, cmd: command, tty, stdin, stdout, stderr })).url)
}
/** Throws NotFound, or GrpcError when the runtime refuses. */
export async function attachUrl({ container, ...wish }: PodRef & Wish & { container: string }, around: Around): Promise<URL> {
  const containerId = runningContainer({ ...wish, container }, around)
  const { stdin, stdout, stderr, tty } = wish
  return new URL((await around.context.runtime.attach({ containerId, stdin, stdout, stderr, tty })).url)
}
/** Throws NotFound, or GrpcError when the runtime refuses. */
export async function portForwardUrl({ ports, ...ref }: PodRef & { ports: readonly number[] }, around: Around): Promise<URL> {
  const { pod, observed } = podOf(ref, around)
  const sandbox = observed && readySandbox(observed)
  if (!sandbox) throw new NotFound(`not found ("${pod.metadata.name}_${pod.metadata.namespace}")`)
  return new URL((await around.context.runtime.portForward({ podSandboxId: sandbox.id, port: ports })).url)
}

function runningContainer({ container, ...ref }: PodRef & { container: string }, around: Around): string {
  const { observed } = podOf(ref, around)
  const found = observed && latest(observed, container)
  if (found?.phase !== 'running') throw new NotFound(`container not found (${JSON.stringify(container)})`)
  return found.id
}
