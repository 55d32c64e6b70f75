/** A simulated node as a Node object. */
import { DECLARED_FEATURES } from '#kinds/core/node/declared-features.ts'
import { SIMULATED } from '#kinds/core/node/simulated.ts'
import { nodeConditions, nodeLabels } from '../node/node-object.ts'

export interface SimulatedNodeInput {
  readonly now: number
  readonly version: string
  readonly labels?: Readonly<Record<string, string>>
  readonly capacity?: Readonly<Record<string, string>>
  readonly kubeletPort?: number
  readonly address?: string
}
const CAPACITY = { cpu: '32', memory: '256Gi', pods: '110', 'ephemeral-storage': '1Ti' }

export function simulatedNode(
  name: string,
  { now, version, labels = {}, capacity, kubeletPort = 0, address = '127.0.0.1' }: SimulatedNodeInput,
) {
  const machine = { architecture: 'amd64' } as const
  const resources = { ...CAPACITY, ...capacity }
  return {
    metadata: { name, labels: nodeLabels({ name, machine: machine as never, labels: { ...SIMULATED, ...labels } }), annotations: {} },
    spec: {},
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: nodeConditions({ pressures: [] }, [], now),
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      declaredFeatures: DECLARED_FEATURES,
      nodeInfo: {
        machineID: name,
        systemUUID: name,
        bootID: name,
        kernelVersion: 'simulated',
        osImage: 'simulated',
        containerRuntimeVersion: 'simulated://0',
        kubeletVersion: version,
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: machine.architecture,
      },
    },
  }
}
