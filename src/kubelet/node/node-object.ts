/** This machine as a Node: labels, capacity, conditions. Pure. */
import { timestamp } from '#base/clock.ts'
import { DECLARED_FEATURES } from '#kinds/core/node/declared-features.ts'
import type { NodeCondition, NodeStatus } from '#kinds/core/node-status.ts'
import type { PressureType } from '../eviction/signals.ts'
import { capacityOf, type Shares } from './allocatable.ts'
import type { Abilities } from '../runtime/abilities.ts'
import type { Machine } from './machine.ts'

export interface NodeInput {
  readonly name: string
  readonly machine: Machine
  readonly addresses: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly shares: Shares
  /** From which its pods get their addresses, one range per family; absent: the cluster gives it some. */
  readonly podCIDRs?: readonly string[] | undefined
  readonly kubeletPort: number
  readonly kubeletVersion: string
  /** `containerd://1.6.20` */
  readonly runtimeVersion: string
  readonly abilities: Pick<Abilities, 'handlers' | 'supplementalGroupsPolicy'>
}
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

/** Everything of the status that is not a condition. */
export function nodeStatus(input: NodeInput): Omit<NodeStatus, 'conditions' | 'images'> {
  const { name, machine, shares, addresses, kubeletPort, kubeletVersion, runtimeVersion, abilities } = input
  const { handlers, supplementalGroupsPolicy } = abilities
  return {
    ...capacityOf(machine, shares),
    addresses: [...addresses.map(address => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    ...(handlers.length && {
      runtimeHandlers: handlers.map(({ name, ...features }) => ({ name, features })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    }),
    ...(supplementalGroupsPolicy !== undefined && { features: { supplementalGroupsPolicy } }),
    declaredFeatures: DECLARED_FEATURES,
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
  readonly pressures: readonly PressureType[]
}
/** Upstream: pkg/kubelet/nodestatus/setters.go. Transition times are kept while a status stays. */
export function nodeConditions({ notReady, pressures }: Findings, before: readonly NodeCondition[], now: number): readonly NodeCondition[] {
  const pressure = (type: PressureType, [bad, good]: readonly [Say, Say]) =>
    pressures.includes(type) ? { type, status: 'True', ...bad } : { type, status: 'False', ...good }
  const found = [
    pressure('MemoryPressure', [
      say('KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'),
      say('KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    ]),
    pressure('DiskPressure', [
      say('KubeletHasDiskPressure', 'kubelet has disk pressure'),
      say('KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    ]),
    pressure('PIDPressure', [
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
