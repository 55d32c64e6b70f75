/** This machine as a Node: labels, capacity, conditions. Pure. */
import { timestamp } from '#base/clock.ts'
import type { NodeCondition, NodeStatus } from '#kinds/core/node-status.ts'
import type { Machine } from './machine.ts'

export interface NodeInput {
  readonly name: string
  readonly machine: Machine
  readonly addresses: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly podsMax: number
  /** From which its pods get their addresses, one range per family; absent: the cluster gives it some. */
  readonly podCIDRs?: readonly string[] | undefined
  readonly kubeletPort: number
  readonly kubeletVersion: string
  /** `containerd://1.6.20` */
  readonly runtimeVersion: string
}
/** Left to the system when pods take all the rest. Upstream: evictionHard memory.available. */
const MEMORY_RESERVE_BYTES = 100 * 1024 * 1024
/** Below this part of the disk the node is short of it. Upstream: evictionHard nodefs.available. */
const DISK_RESERVE_PART = 0.1

export const nodeLabels = ({
  name,
  machine,
  labels,
}: Pick<NodeInput, 'name' | 'machine' | 'labels'>): Readonly<Record<string, string>> => ({
  'beta.kubernetes.io/arch': machine.architecture,
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': machine.architecture,
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  ...labels,
})

/** What pods may ask for in all. */
export function capacityOf({ machine, podsMax }: Pick<NodeInput, 'machine' | 'podsMax'>): {
  readonly capacity: Readonly<Record<string, string>>
  readonly allocatable: Readonly<Record<string, string>>
} {
  const kib = (bytes: number) => `${Math.floor(bytes / 1024)}Ki`
  const rest = { cpu: String(machine.cpus), 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: String(podsMax) }
  return {
    capacity: { ...rest, memory: kib(machine.memoryBytes), 'ephemeral-storage': kib(machine.diskBytes) },
    allocatable: {
      ...rest,
      memory: kib(Math.max(0, machine.memoryBytes - MEMORY_RESERVE_BYTES)),
      'ephemeral-storage': String(Math.floor(machine.diskBytes * (1 - DISK_RESERVE_PART))),
    },
  }
}

/** Everything of the status that is not a condition. */
export function nodeStatus(input: NodeInput): Omit<NodeStatus, 'conditions' | 'images'> {
  const { name, machine, addresses, kubeletPort, kubeletVersion, runtimeVersion } = input
  return {
    ...capacityOf(input),
    addresses: [...addresses.map(address => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    nodeInfo: {
      machineID: machine.machineId,
      systemUUID: machine.systemUuid,
      bootID: machine.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: runtimeVersion,
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
      swap: { capacity: machine.swapBytes },
    },
  }
}

/** Resources that others have put on the node (`example.com/gpu`) stay, and are all for pods. Upstream: nodestatus.MachineInfo. */
export function withExtended<T extends Pick<NodeStatus, 'capacity' | 'allocatable'>>(status: T, told: NodeStatus): T {
  const extended = Object.fromEntries(Object.entries(told.capacity ?? {}).filter(([name]) => name.includes('/')))
  return { ...status, capacity: { ...status.capacity, ...extended }, allocatable: { ...status.allocatable, ...extended } }
}

export interface Findings {
  /** Why the node cannot run pods; undefined when it can. */
  readonly notReady?: string
  readonly hasMemoryPressure: boolean
  readonly hasDiskPressure: boolean
}
/** Upstream: pkg/kubelet/nodestatus/setters.go. Transition times are kept while a status stays. */
export function nodeConditions(
  { notReady, hasMemoryPressure, hasDiskPressure }: Findings,
  before: readonly NodeCondition[],
  now: number,
): readonly NodeCondition[] {
  const pressure = (type: string, holds: boolean, [bad, good]: readonly [Say, Say]) => ({
    type,
    status: holds ? 'True' : 'False',
    ...(holds ? bad : good),
  })
  const found = [
    pressure('MemoryPressure', hasMemoryPressure, [
      say('KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'),
      say('KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    ]),
    pressure('DiskPressure', hasDiskPressure, [
      say('KubeletHasDiskPressure', 'kubelet has disk pressure'),
      say('KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    ]),
    pressure('PIDPressure', false, [
      say('KubeletHasInsufficientPID', 'kubelet has insufficient PID available'),
      say('KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    ]),
    notReady === undefined
      ? { type: 'Ready', status: 'True', ...say('KubeletReady', 'kubelet is posting ready status') }
      : { type: 'Ready', status: 'False', ...say('KubeletNotReady', notReady) },
  ]
  return found.map(condition => {
    const known = before.find(({ type }) => type === condition.type)
    const lastTransitionTime = known?.status === condition.status && known.lastTransitionTime ? known.lastTransitionTime : timestamp(now)
    return { ...condition, lastHeartbeatTime: timestamp(now), lastTransitionTime }
  })
}
interface Say {
  readonly reason: string
  readonly message: string
}
const say = (reason: string, message: string): Say => ({ reason, message })

export const isShortOfDisk = ({ diskBytes, diskFreeBytes }: Pick<Machine, 'diskBytes' | 'diskFreeBytes'>): boolean =>
  diskFreeBytes < diskBytes * DISK_RESERVE_PART
