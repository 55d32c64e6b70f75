/** A pod as the runtime is told of it: its sandbox. */
import type { Sent } from '#base/grpc/message.ts'
import { qosClass } from '#kinds/core/pod/quality-of-service.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { PROTOCOL } from './cri/enumerations.ts'
import type { PodSandboxConfig } from './cri/sandbox.ts'
import { podLabels } from './labels.ts'
import { podNames } from './names.ts'
import { type DnsInput, podDns } from './pod-dns.ts'
import type { UserMapping } from '../pods/user-namespaces.ts'
import { sandboxSecurity } from './security.ts'

export interface SandboxInput {
  readonly dns: DnsInput
  /** `/knarr/<cluster>/kubepods` */
  readonly cgroupRoot: string
  readonly podLogsFolder: string
  /** Whether the runtime maps host ports; else the proxy does. */
  readonly mapsHostPorts: boolean
  /** Set when the pod has users of its own. */
  readonly users?: UserMapping | undefined
}
export type SandboxConfig = Sent<typeof PodSandboxConfig>

/** Throws ConfigProblem. */
export function sandboxConfig(
  pod: Pod,
  attempt: number,
  { dns, cgroupRoot, podLogsFolder, mapsHostPorts, users }: SandboxInput,
): SandboxConfig {
  const { name = '', namespace = '', uid = '', annotations } = pod.metadata
  const { servers, searches, options } = podDns(pod, dns)
  return {
    metadata: { name, namespace, uid, attempt },
    // A pod on the host's network keeps the host's name.
    hostname: pod.spec.hostNetwork ? '' : podNames(pod, dns.clusterDomain).hostname,
    logDirectory: podLogFolder(pod, podLogsFolder),
    dnsConfig: { servers, searches, options },
    portMappings: mapsHostPorts ? hostPorts(pod) : [],
    labels: podLabels(pod),
    annotations: annotations ?? {},
    linux: {
      cgroupParent: podCgroup(pod, cgroupRoot),
      securityContext: sandboxSecurity(pod, users),
      sysctls: Object.fromEntries((pod.spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name.replaceAll('/', '.'), value])),
    },
  }
}

export const podLogFolder = ({ metadata }: Pod, folder: string): string =>
  `${folder}/${metadata.namespace}_${metadata.name}_${metadata.uid}`

/** The control group that holds all of a pod's containers, below the group of its class. */
export function podCgroup(pod: Pod, root: string): string {
  const quality = qosClass(pod.spec)
  return `${root}${quality === 'Guaranteed' ? '' : `/${quality.toLowerCase()}`}/pod${pod.metadata.uid}`
}

const hostPorts = ({ spec }: Pod) =>
  spec.containers.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort)
      .map(({ protocol, containerPort, hostPort, hostIP }) => ({
        protocol: PROTOCOL[protocol],
        containerPort,
        hostPort,
        hostIp: hostIP ?? '',
      })),
  )
