/** Whether this node takes a pod at all. What it refuses has failed at once and is never tried again. Pure. */
import type { Container } from '#kinds/core/container.ts'
import { demandsMet } from '#kinds/core/node-selection.ts'
import type { Node } from '#kinds/core/node.ts'
import { requestsOf } from '#kinds/core/pod/resources.ts'
import { isCritical, isTerminal } from '#kinds/core/pod/facts.ts'
import { qosClass } from '#kinds/core/pod/quality-of-service.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { tolerates } from '#kinds/core/tolerations.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import type { Abilities } from '../runtime/abilities.ts'
import { RESIZABLE } from './resize.ts'
import type { PressureType } from '../eviction/signals.ts'

export interface Rejection {
  readonly reason: string
  readonly message: string
}
export interface AdmitInput {
  readonly name: string
  readonly allocatable: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  /** Of what the node is short. */
  readonly pressures: readonly PressureType[]
  /** Whether the machine shuts down. */
  readonly isShuttingDown: boolean
  /** Names, or beginnings of names that end in `*`, that are allowed although they may harm others. */
  readonly unsafeSysctls: readonly string[]
  readonly abilities: Pick<Abilities, 'appArmor' | 'supplementalGroupsPolicy'>
  /** Pods that this node has taken already. */
  readonly others: readonly Pod[]
}

/** Settings of the kernel that are a namespace's own and harm nobody else. Reference: tasks, "Using sysctls". */
const SAFE_SYSCTLS: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
])

/** Undefined when the pod is welcome. */
export function rejectionOf(
  pod: Pod,
  { name, allocatable, labels, others, pressures, isShuttingDown, unsafeSysctls, abilities }: AdmitInput,
): Rejection | undefined {
  const living = others.filter(other => !isTerminal(other))
  const found =
    pressure(pod, pressures) ??
    sysctls(pod, unsafeSysctls) ??
    system(pod) ??
    groups(pod, abilities) ??
    selector(pod, { name, labels }) ??
    room(pod, { allocatable, others: living }) ??
    ports(pod, living) ??
    appArmor(pod, abilities) ??
    (isShuttingDown ? { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' } : undefined)
  return found && { ...found, message: `Pod was rejected: ${found.message}` }
}

/** Why a pod that is here cannot be another size now. What a resize does not change cannot speak against it. */
export function resizeObjection(pod: Pod, { allocatable, others, pressures }: Pick<AdmitInput, 'allocatable' | 'others' | 'pressures'>) {
  const living = others.filter(other => !isTerminal(other))
  return pressure(pod, pressures) ?? room(pod, { allocatable, others: living }, name => (RESIZABLE as readonly string[]).includes(name))
}

/** Reference: concepts, "Node-pressure Eviction", node conditions. Short of memory only, a node still takes pods that say how much they need. */
function pressure(pod: Pod, pressures: readonly PressureType[]): Rejection | undefined {
  if (!pressures.length || isCritical(pod)) return undefined
  const isMemoryOnly = pressures.length === 1 && pressures[0] === 'MemoryPressure'
  const bears = (pod.spec.tolerations ?? []).some(toleration => tolerates(toleration, MEMORY_TAINT))
  if (isMemoryOnly && (qosClass(pod.spec) !== 'BestEffort' || bears)) return undefined
  return { reason: 'Evicted', message: `The node had condition: [${pressures.join(' ')}]. ` }
}
const MEMORY_TAINT = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' } as const

function sysctls({ spec }: Pod, allowed: readonly string[]): Rejection | undefined {
  const isAllowed = (name: string) =>
    SAFE_SYSCTLS.has(name) || allowed.some(one => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one))
  const unsafe = (spec.securityContext?.sysctls ?? []).map(({ name }) => name.replaceAll('/', '.')).find(name => !isAllowed(name))
  return unsafe === undefined
    ? undefined
    : { reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(unsafe)} not allowlisted` }
}
const system = ({ spec }: Pod): Rejection | undefined =>
  spec.os && spec.os.name !== 'linux'
    ? { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
    : undefined

function groups({ spec }: Pod, { supplementalGroupsPolicy }: AdmitInput['abilities']): Rejection | undefined {
  return spec.securityContext?.supplementalGroupsPolicy === 'Strict' && !supplementalGroupsPolicy
    ? { reason: 'SupplementalGroupsPolicyNotSupported', message: 'SupplementalGroupsPolicy=Strict is not supported in this node' }
    : undefined
}
function appArmor({ spec }: Pod, abilities: AdmitInput['abilities']): Rejection | undefined {
  const contexts = [spec, ...spec.containers, ...(spec.initContainers ?? [])].map(({ securityContext }) => securityContext)
  const isWanted = contexts.some(context => (context?.appArmorProfile?.type ?? 'Unconfined') !== 'Unconfined')
  return isWanted && !abilities.appArmor
    ? { reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' }
    : undefined
}

function selector({ spec }: Pod, metadata: Pick<AdmitInput, 'name' | 'labels'>): Rejection | undefined {
  return demandsMet(spec, { metadata } as Node)
    ? undefined
    : { reason: 'NodeAffinity', message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" }
}

function room(
  pod: Pod,
  { allocatable, others }: Pick<AdmitInput, 'allocatable' | 'others'>,
  counts: (name: string) => boolean = () => true,
): Rejection | undefined {
  const lacks = (
    name: string,
    { requested, used, capacity }: { requested: number; used: number; capacity: number },
  ): Rejection | undefined =>
    requested > 0 && requested + used > capacity
      ? {
          reason: `OutOf${name}`,
          message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
        }
      : undefined
  const count =
    counts('pods') && lacks('pods', { requested: 1, used: others.length, capacity: Number(allocatable.pods ?? Number.POSITIVE_INFINITY) })
  if (count) return count
  for (const [name, asked] of Object.entries(requestsOf(pod)).filter(([name]) => counts(name))) {
    const amount = (text = '0') => (name === 'cpu' ? milliValue(text) : quantityValue(text))
    const used = others.reduce((sum, other) => sum + amount(requestsOf(other)[name]), 0)
    const found = lacks(name, { requested: amount(asked), used, capacity: amount(allocatable[name]) })
    if (found) return found
  }
  return undefined
}

interface Taken {
  readonly port: number
  readonly protocol: string
  readonly ip: string
}
const hostPorts = ({ spec }: Pod): readonly Taken[] =>
  [...spec.containers, ...(spec.initContainers ?? [])]
    .flatMap(({ ports = [] }: Pick<Container, 'ports'>) => ports)
    .filter(({ hostPort }) => hostPort)
    .map(({ hostPort = 0, protocol, hostIP }) => ({ port: hostPort, protocol, ip: hostIP || '0.0.0.0' }))

function ports(pod: Pod, others: readonly Pod[]): Rejection | undefined {
  const taken = others.flatMap(hostPorts)
  const clashes = (a: Taken, b: Taken) =>
    a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0')
  const isFree = hostPorts(pod).every(wanted => !taken.some(other => clashes(wanted, other)))
  return isFree
    ? undefined
    : { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" }
}
