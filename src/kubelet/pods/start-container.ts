/** Starts one container of a pod: image, configuration, creation, start, postStart hook. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isGrpcError } from '#base/grpc/client.ts'
import type { Container } from '#kinds/core/container.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { containerConfig } from '../runtime/container-config.ts'
import { ConfigProblem, environment } from '../runtime/environment.ts'
import { hostsFile, podNames } from '../runtime/names.ts'
import { serviceEnvironment } from '../runtime/service-environment.ts'
import type { PodSources } from '../sources.ts'
import { readEnvFiles } from '../volumes/env-files.ts'
import { containerMounts } from '../volumes/container-mounts.ts'
import { readOnlyVolumes } from '../volumes/payload.ts'
import { START_RETRY_MS } from './attempts.ts'
import { type PodContext, recordOf } from './context.ts'
import { hookFailure, runHook } from './hooks.ts'
import { configOf } from './sandbox.ts'
import { latest, type ObservedPod, type ObservedSandbox } from './observed.ts'
import { ephemeralContainers, podTitle } from './sight.ts'

export interface Start {
  readonly pod: Pod
  readonly observed: ObservedPod
  readonly sandbox: ObservedSandbox
  readonly container: Container
  readonly attempt: number
  readonly sources: PodSources
  readonly signal: AbortSignal
  /** Told the container's id before it is started, while its hook has not ended. */
  readonly starting: (containerId: string) => void
}
/** Why a container could not be started: what its waiting state says. */
export class StartTrouble extends Error {
  override readonly name = 'StartTrouble'
  readonly reason: string
  readonly retryInMs: number
  constructor(reason: string, message: string, retryInMs: number, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
    this.retryInMs = retryInMs
  }
}

type Note = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** Throws StartTrouble or ImageTrouble; gives the id of the container that runs. */
export async function startContainer(start: Start, context: PodContext): Promise<string> {
  const { pod, container, sandbox, signal, starting } = start
  const { runtime } = context
  const record = recordOf(context, pod)
  const note: Note = (type, reason, message) => record(type, reason, message, container.name)
  const config = await configOf(pod, sandbox.attempt, context)
  const secrets = await pullSecrets(start, note)
  const wish = { pod, secrets, sandboxConfig: config, signal, record: note }
  for (const { name, image } of imageVolumes(pod, container)) {
    const { id } = await context.images.ensure({ ...wish, image: image.reference ?? '', policy: image.pullPolicy })
    await context.volumes.mountImage(pod, name, id)
  }
  const image = await context.images.ensure({ ...wish, image: container.image ?? '', policy: container.imagePullPolicy })
  const made = await configured(start, context, {
    id: image.id,
    ...(image.uid && { uid: image.uid.value }),
    username: image.username,
  }).catch((error: unknown) => {
    if (!(error instanceof ConfigProblem)) throw error
    note('Warning', 'Failed', `Error: ${error.message}`)
    throw new StartTrouble('CreateContainerConfigError', error.message, START_RETRY_MS, error)
  })
  signal.throwIfAborted()
  await mkdir(join(config.logDirectory as string, container.name), { recursive: true, mode: 0o755 })
  const failed = (reason: string) => (error: unknown) => {
    if (!isGrpcError(error)) throw error
    note('Warning', 'Failed', `Error: ${error.message}`)
    throw new StartTrouble(reason, error.message, START_RETRY_MS, error)
  }
  const { containerId } = await runtime
    .createContainer({ podSandboxId: sandbox.id, config: made, sandboxConfig: config })
    .catch(failed('CreateContainerError'))
  note('Normal', 'Created', 'Container created')
  starting(containerId)
  await runtime.startContainer({ containerId }).catch(failed('RunContainerError'))
  note('Normal', 'Started', 'Container started')
  await postStart(start, context, containerId)
  return containerId
}

async function pullSecrets({ pod, sources }: Start, note: Note): Promise<readonly NonNullable<ReturnType<PodSources['secret']>>[]> {
  const names = (pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => name || [])
  if (names.length === 0) return []
  await sources.ready()
  const missing = names.filter(name => !sources.secret(name))
  if (missing.length > 0)
    note(
      'Warning',
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
    )
  return names.flatMap(name => sources.secret(name) ?? [])
}

/** The volumes of a container that are images. */
const imageVolumes = ({ spec }: Pod, { volumeMounts = [] }: Container) =>
  (spec.volumes ?? []).flatMap(({ name, image }) => (image && volumeMounts.some(mount => mount.name === name) ? [{ name, image }] : []))

async function configured(
  start: Start,
  { node, folders, volumes, services, settings, users, devices }: PodContext,
  image: { id: string; uid?: number; username: string },
) {
  const { pod, observed, sandbox, container, attempt, sources } = start
  await sources.ready()
  const ips = pod.spec.hostNetwork ? node.hostIPs : sandbox.ips
  const place = { podIPs: ips, hostIPs: node.hostIPs, allocatable: node.allocatable }
  const { namespace = 'default' } = pod.metadata
  const known = serviceEnvironment(await services(pod), { namespace, enableServiceLinks: pod.spec.enableServiceLinks ?? true })
  const files = await readEnvFiles(container, volumes.pathsOf(pod))
  const common = { pod, place, sources, services: known, files }
  const podFolder = volumes.podFolder(pod)
  await mkdir(podFolder, { recursive: true, mode: 0o755 })
  const mounts = await containerMounts({
    container,
    paths: volumes.pathsOf(pod),
    readOnlyVolumes: readOnlyVolumes(pod),
    imageVolumes: new Set(imageVolumes(pod, container).map(({ name }) => name)),
    variables: environment({ ...common, container }),
    podFolder,
    hostsFile: await hostsFileOf(pod, ips, { podFolder, clusterDomain: node.dns.clusterDomain }),
    attempt,
  })
  const targetName = ephemeralContainers(pod).find(({ name }) => name === container.name)?.targetContainerName
  const targetId = targetName ? latest(observed, targetName)?.id : undefined
  return containerConfig({
    ...common,
    container,
    attempt,
    image: { ...(image.uid !== undefined && { uid: image.uid }), ...(image.username && { username: image.username }) },
    imageRef: image.id,
    mounts,
    node,
    seccompFolder: folders.seccomp,
    isSeccompDefault: settings.isSeccompDefault,
    fsGroups: [],
    cdiNames: devices.cdiNames(pod, container),
    ...(targetId && { targetId }),
    ...(pod.spec.hostUsers === false && { users: await users.of(pod.metadata.uid ?? '') }),
  })
}

/** Written anew for each container, as its pod's addresses may have changed with the sandbox. */
async function hostsFileOf(
  pod: Pod,
  ips: readonly string[],
  { podFolder, clusterDomain }: { podFolder: string; clusterDomain: string },
): Promise<string> {
  const path = join(podFolder, 'etc-hosts')
  const hostFile = pod.spec.hostNetwork ? await readFile('/etc/hosts', 'utf8') : ''
  await writeFile(path, hostsFile(pod, { ips, names: podNames(pod, clusterDomain), hostFile }), { mode: 0o644 })
  return path
}

/** The container counts as started only when its hook has ended well; else it is stopped. */
async function postStart({ pod, container, sandbox, signal }: Start, context: PodContext, containerId: string): Promise<void> {
  const hook = container.lifecycle?.postStart
  if (!hook) return
  const { runtime, clock, node } = context
  const ip = (pod.spec.hostNetwork ? node.hostIPs : sandbox.ips)[0] ?? ''
  const outcome = await runHook(hook, { runtime, containerId, container, ip }, { clock, signal })
  if (outcome.isSuccess || signal.aborted) return
  recordOf(context, pod)('Warning', 'FailedPostStartHook', 'PostStartHook failed', container.name)
  recordOf(context, pod)('Normal', 'Killing', 'FailedPostStartHook', container.name)
  await runtime.stopContainer({ containerId, timeout: pod.spec.terminationGracePeriodSeconds ?? 30 }, { signal })
  throw new StartTrouble('PostStartHookError', hookFailure(hook, outcome, { container: container.name, pod: podTitle(pod) }), 0)
}
