/** Makes and ends the sandboxes of pods. */
import { goError, isGrpcError } from '#base/grpc/client.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { RuntimeClass } from '#kinds/node/runtime-class.ts'
import { DevicesUnready } from '../devices/claimed-devices.ts'
import { ConfigProblem } from '../runtime/environment.ts'
import { mkdir } from 'node:fs/promises'
import { podDns } from '../runtime/pod-dns.ts'
import { requireUserNamespaces } from '../runtime/abilities.ts'
import { orGone } from '../runtime/cri/gone.ts'
import { podCgroup, podLogFolder, type SandboxConfig, sandboxConfig } from '../runtime/sandbox-config.ts'
import { applyPodCgroup } from './cgroup.ts'
import { cgroupKind, type PodContext, recordOf } from './context.ts'
import type { ObservedSandbox } from './observed.ts'
import { podTitle } from './sight.ts'

/** Throws GrpcError, ConfigProblem or DevicesUnready: see `sandboxTrouble`. */
export async function createSandbox(pod: Pod, attempt: number, context: PodContext): Promise<void> {
  const { series } = context
  series.count('started_pods_total')
  await makeSandbox(pod, attempt, context).catch((error: unknown) => {
    series.count('started_pods_errors_total')
    throw error
  })
}
async function makeSandbox(pod: Pod, attempt: number, context: PodContext): Promise<void> {
  const { runtime, node, folders, devices } = context
  await devices.prepare(pod)
  const record = recordOf(context, pod)
  const { isMissingClusterDns, omissions } = podDns(pod, node.dns)
  for (const omission of omissions) record('Warning', 'DNSConfigForming', omission)
  if (isMissingClusterDns)
    record(
      'Warning',
      'MissingClusterDNS',
      `pod: ${JSON.stringify(podTitle(pod))}. kubelet does not have ClusterDNS IP configured and cannot create Pod using ${JSON.stringify(pod.spec.dnsPolicy)} policy. Falling back to "Default" policy.`,
    )
  if (attempt > 0) record('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  await mkdir(podLogFolder(pod, folders.logs), { recursive: true, mode: 0o755 })
  await Promise.all([context.groups.weigh(context.pods()), applyPodCgroup(pod, podCgroup(pod, node.cgroupRoot), cgroupKind(context))])
  const runtimeHandler = await handlerOf(pod, context)
  if (pod.spec.hostUsers === false) requireUserNamespaces(node.abilities, runtimeHandler)
  await runtime.runPodSandbox({ config: await configOf(pod, attempt, context), runtimeHandler })
}

/** The event that tells why a pod has no sandbox; nothing when the error is none of those that are told. */
export function sandboxTrouble(error: unknown): { readonly reason: string; readonly message: string } | undefined {
  if (error instanceof DevicesUnready)
    return {
      reason: 'FailedPrepareDynamicResources',
      message: `Failed to prepare dynamic resources: prepare dynamic resources: ${error.message}`,
    }
  if (!isGrpcError(error) && !(error instanceof ConfigProblem)) return undefined
  const cause = isGrpcError(error) ? goError(error) : error.message
  return {
    reason: 'FailedCreatePodSandBox',
    message: `Failed to create pod sandbox: ${cause}${NO_ADDRESS.test(cause) ? NO_ADDRESS_CURE : ''}`,
  }
}
/** As the plugin host-local says it. */
const NO_ADDRESS = /no IP addresses available in range set/
const NO_ADDRESS_CURE =
  "; all addresses of this node's range are taken: delete pods, or use more nodes or, for a new cluster, a wider range (--pod-cidr); it is tried again"

/** The sandbox as the runtime is told of it, each time alike. Throws ConfigProblem. */
export async function configOf(pod: Pod, attempt: number, { node, folders, users }: PodContext): Promise<SandboxConfig> {
  const own = pod.spec.hostUsers === false ? await users.of(pod.metadata.uid ?? '') : undefined
  return sandboxConfig(pod, attempt, { ...node, podLogsFolder: folders.logs, users: own })
}

/** The runtime's own name for the pod's RuntimeClass. Throws ConfigProblem when there is none. */
async function handlerOf({ spec }: Pod, { client }: PodContext): Promise<string> {
  const name = spec.runtimeClassName
  if (!name) return ''
  try {
    return (await client.get(RuntimeClass, { name })).handler
  } catch (error) {
    if (isRefusal(error, 'NotFound')) throw new ConfigProblem(`RuntimeClass ${JSON.stringify(name)} not found`, { cause: error })
    throw error
  }
}

export async function stopSandboxes(
  sandboxes: readonly Pick<ObservedSandbox, 'id'>[],
  { runtime }: Pick<PodContext, 'runtime'>,
): Promise<void> {
  await Promise.all(sandboxes.map(({ id }) => orGone(runtime.stopPodSandbox({ podSandboxId: id }))))
}
/** Stops it if need be, and takes all of its containers with it. */
export async function removeSandbox(id: string, { runtime }: Pick<PodContext, 'runtime'>): Promise<void> {
  await orGone(runtime.stopPodSandbox({ podSandboxId: id }))
  await orGone(runtime.removePodSandbox({ podSandboxId: id }))
}
