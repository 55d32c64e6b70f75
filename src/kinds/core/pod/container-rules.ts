/** Rules for the containers of a pod, where they depend on each other or on the pod. Upstream: validateContainers and its kin. */
import { isValidPortNumber } from '#kinds/meta/names.ts'
import type { Path } from '#schema/vocabulary.ts'
import type { Container, EphemeralContainer } from '../container.ts'
import { checkFromSources } from '../environment-rules.ts'
import { checkMount } from '../mount-rules.ts'
import type { PodSpec } from '../pod-spec.ts'
import type { Volume } from '../volume.ts'
import { isSidecar } from './facts.ts'

interface Surroundings {
  readonly spec: PodSpec
  readonly volumes: ReadonlyMap<string, Volume>
  /** Names of containers that were seen before. */
  readonly names: Set<string>
  readonly hostPorts: Set<string>
}

export function checkContainers(spec: PodSpec, at: Path): void {
  const volumes = new Map((spec.volumes ?? []).map(volume => [volume.name, volume]))
  const around: Surroundings = { spec, volumes, names: new Set(), hostPorts: new Set() }
  for (const [i, container] of (spec.containers ?? []).entries()) {
    checkShared(container, at.key('containers').index(i), around)
    checkRegular(container, at.key('containers').index(i))
  }
  for (const [i, container] of (spec.initContainers ?? []).entries()) {
    // Init containers run one after the other, so each may have the host's port for its own time.
    checkShared(container, at.key('initContainers').index(i), { ...around, hostPorts: new Set() })
    checkInit(container, at.key('initContainers').index(i))
  }
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries())
    checkEphemeral(container, at.key('ephemeralContainers').index(i), around)
}

type Any = Container | EphemeralContainer
function checkShared(container: Any, at: Path, around: Surroundings): void {
  if (container.name && around.names.has(container.name)) at.key('name').duplicate(container.name)
  around.names.add(container.name)
  if (!container.image) at.key('image').required()
  checkPorts(container, at.key('ports'), around)
  checkFromSources(container.envFrom ?? [], at.key('envFrom'))
  checkMounts(container, at, around)
  checkDevices(container, at, around)
  const claims = new Set((around.spec.resourceClaims ?? []).map(({ name }) => name))
  for (const [i, { name }] of (container.resources.claims ?? []).entries())
    if (name && !claims.has(name)) at.key('resources').key('claims').index(i).key('name').notFound(name)
  checkResizePolicy(container, at.key('resizePolicy'), around.spec.restartPolicy)
  checkSleep(container, at.key('lifecycle'), around.spec.terminationGracePeriodSeconds)
  const hasRules = (container.restartPolicyRules ?? []).length > 0
  const policies = ['Always', 'Never', 'OnFailure']
  if (container.restartPolicy !== undefined && !policies.includes(container.restartPolicy))
    at.key('restartPolicy').unsupported(container.restartPolicy, policies)
  if (hasRules && container.restartPolicy === undefined)
    at.key('restartPolicy').required('must specify restartPolicy when restart rules are used')
}

function checkPorts({ ports = [] }: Any, at: Path, { spec, hostPorts }: Surroundings): void {
  const names = new Set<string>()
  for (const [i, port] of ports.entries()) {
    const here = at.index(i)
    if (port.name && names.has(port.name)) here.key('name').duplicate(port.name)
    if (port.name) names.add(port.name)
    if (!port.hostPort) continue
    const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
    if (hostPorts.has(key)) here.key('hostPort').duplicate(key)
    hostPorts.add(key)
    if (spec.hostNetwork && port.hostPort !== port.containerPort && isValidPortNumber(port.containerPort) === undefined)
      here.key('containerPort').invalid(port.containerPort, 'must match `hostPort` when `hostNetwork` is true')
  }
}

function checkMounts({ volumeMounts = [], volumeDevices = [], securityContext }: Any, at: Path, { volumes }: Surroundings): void {
  const paths = new Set<string>()
  const devices = new Set(volumeDevices.map(({ name }) => name))
  const devicePaths = new Set(volumeDevices.map(({ devicePath }) => devicePath))
  for (const [i, mount] of volumeMounts.entries()) {
    const here = at.key('volumeMounts').index(i)
    if (mount.name && !volumes.has(mount.name)) here.key('name').notFound(mount.name)
    checkMount(mount, here, at.key('volumeMounts'))
    if (mount.mountPath && paths.has(mount.mountPath)) here.key('mountPath').invalid(mount.mountPath, 'must be unique')
    paths.add(mount.mountPath)
    if (devices.has(mount.name)) here.key('name').invalid(mount.name, 'must not already exist in volumeDevices')
    if (devicePaths.has(mount.mountPath))
      here.key('mountPath').invalid(mount.mountPath, 'must not already exist as a path in volumeDevices')
    if (mount.mountPropagation === 'Bidirectional' && !securityContext?.privileged)
      at.key('volumeMounts').key('mountPropagation').forbidden('Bidirectional mount propagation is available only to privileged containers')
  }
}
function checkDevices({ volumeDevices = [], volumeMounts = [] }: Any, at: Path, { volumes }: Surroundings): void {
  const paths = new Set<string>()
  const names = new Set<string>()
  for (const [i, { name, devicePath }] of volumeDevices.entries()) {
    const here = at.key('volumeDevices').index(i)
    const volume = volumes.get(name)
    if (name && names.has(name)) here.key('name').invalid(name, 'must be unique')
    else if (name && !volume) here.key('name').notFound(name)
    else if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      here.key('name').invalid(name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode')
    names.add(name)
    if (devicePath.split('/').includes('..')) here.key('devicePath').invalid(devicePath, "can not contain backsteps ('..')")
    if (devicePath && paths.has(devicePath)) here.key('devicePath').invalid(devicePath, 'must be unique')
    paths.add(devicePath)
    if (volumeMounts.some(mount => mount.name === name)) here.key('name').invalid(name, 'must not already exist in volumeMounts')
    if (volumeMounts.some(mount => mount.mountPath === devicePath))
      here.key('devicePath').invalid(devicePath, 'must not already exist as a path in volumeMounts')
  }
}
const RESIZABLE = ['cpu', 'memory']
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer']
function checkResizePolicy({ resizePolicy = [] }: Any, at: Path, podPolicy: string): void {
  const seen = new Set<string>()
  for (const [i, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    if (seen.has(resourceName)) at.index(i).duplicate(resourceName)
    seen.add(resourceName)
    if (!resourceName) at.required()
    else if (!RESIZABLE.includes(resourceName)) at.unsupported(resourceName, RESIZABLE)
    if (!restartPolicy) at.required()
    else if (!RESIZE_POLICIES.includes(restartPolicy)) at.unsupported(restartPolicy, RESIZE_POLICIES)
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired')
      at.invalid(restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")
  }
}
function checkSleep({ lifecycle }: Any, at: Path, graceSeconds: number): void {
  for (const name of ['postStart', 'preStop'] as const) {
    const seconds = lifecycle?.[name]?.sleep?.seconds
    if (seconds !== undefined && (seconds < 0 || seconds > graceSeconds))
      at.key(name).key('sleep').invalid(seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)
  }
}

/** Alive and started are yes or no: one success says it. */
function checkRegular(container: Container, at: Path): void {
  for (const name of ['livenessProbe', 'startupProbe'] as const) {
    const threshold = container[name]?.successThreshold
    if (threshold !== undefined && threshold !== 1) at.key(name).key('successThreshold').invalid(threshold, 'must be 1')
  }
  checkReadinessGrace(container, at)
}
function checkReadinessGrace({ readinessProbe }: Container, at: Path): void {
  if (readinessProbe?.terminationGracePeriodSeconds !== undefined)
    at.key('readinessProbe')
      .key('terminationGracePeriodSeconds')
      .invalid(readinessProbe.terminationGracePeriodSeconds, 'must not be set for readinessProbes')
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always'
function checkInit(container: Container, at: Path): void {
  if (isSidecar(container)) return checkRegular(container, at)
  for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    if (container[name] !== undefined) at.key(name).forbidden(ONLY_SIDECARS)
}

/** They come to look at a running pod: nothing that would change what the pod is. */
const NOT_EPHEMERAL = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resizePolicy',
  'restartPolicyRules',
] as const
const NOT_FOR_EPHEMERAL = 'cannot be set for an Ephemeral Container'
function checkEphemeral(container: EphemeralContainer, at: Path, around: Surroundings): void {
  checkShared({ ...container, ports: [] }, at, around)
  const { targetContainerName: target } = container
  const known = [...around.spec.containers, ...(around.spec.initContainers ?? [])]
  if (target && !known.some(({ name }) => name === target)) at.key('targetContainerName').notFound(target)
  for (const name of NOT_EPHEMERAL) if (container[name] !== undefined) at.key(name).forbidden(NOT_FOR_EPHEMERAL)
  if (Object.keys(container.resources).length > 0) at.key('resources').forbidden(NOT_FOR_EPHEMERAL)
  if (container.restartPolicy !== undefined) at.key('restartPolicy').forbidden(NOT_FOR_EPHEMERAL)
  for (const [i, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
    if (subPath) at.key('volumeMounts').index(i).key('subPath').forbidden(NOT_FOR_EPHEMERAL)
    if (subPathExpr) at.key('volumeMounts').index(i).key('subPathExpr').forbidden(NOT_FOR_EPHEMERAL)
  }
}
