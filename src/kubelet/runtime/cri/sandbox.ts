/** The messages of CRI runtime.v1 about pod sandboxes. Field numbers: kubernetes/cri-api, pkg/apis/runtime/v1. */
import { bool, int, ints, many, message, one, text, textMap, texts } from '#base/grpc/message.ts'

export const PodSandboxMetadata = message({ name: text(1), uid: text(2), namespace: text(3), attempt: int(4) })
export const DNSConfig = message({ servers: texts(1), searches: texts(2), options: texts(3) })
export const PortMapping = message({ protocol: int(1), containerPort: int(2), hostPort: int(3), hostIp: text(4) })
export const Int64Value = message({ value: int(1) })
export const IDMapping = message({ hostId: int(1), containerId: int(2), length: int(3) })
export const UserNamespace = message({ mode: int(1), uids: many(2, IDMapping), gids: many(3, IDMapping) })
export const NamespaceOption = message({
  network: int(1),
  pid: int(2),
  ipc: int(3),
  targetId: text(4),
  usernsOptions: one(5, UserNamespace),
})
export const SecurityProfile = message({ profileType: int(1), localhostRef: text(2) })
export const SELinuxOption = message({ user: text(1), role: text(2), type: text(3), level: text(4) })
export const LinuxSandboxSecurityContext = message({
  namespaceOptions: one(1, NamespaceOption),
  selinuxOptions: one(2, SELinuxOption),
  runAsUser: one(3, Int64Value),
  runAsGroup: one(8, Int64Value),
  readonlyRootfs: bool(4),
  supplementalGroups: ints(5),
  supplementalGroupsPolicy: int(11),
  privileged: bool(6),
  seccomp: one(9, SecurityProfile),
  apparmor: one(10, SecurityProfile),
  seccompProfilePath: text(7),
})
export const HugepageLimit = message({ pageSize: text(1), limit: int(2) })
export const LinuxContainerResources = message({
  cpuPeriod: int(1),
  cpuQuota: int(2),
  cpuShares: int(3),
  memoryLimitInBytes: int(4),
  oomScoreAdj: int(5),
  cpusetCpus: text(6),
  cpusetMems: text(7),
  hugepageLimits: many(8, HugepageLimit),
  unified: textMap(9),
  memorySwapLimitInBytes: int(10),
})
export const LinuxPodSandboxConfig = message({
  cgroupParent: text(1),
  securityContext: one(2, LinuxSandboxSecurityContext),
  sysctls: textMap(3),
  overhead: one(4, LinuxContainerResources),
  resources: one(5, LinuxContainerResources),
})
export const PodSandboxConfig = message({
  metadata: one(1, PodSandboxMetadata),
  hostname: text(2),
  logDirectory: text(3),
  dnsConfig: one(4, DNSConfig),
  portMappings: many(5, PortMapping),
  labels: textMap(6),
  annotations: textMap(7),
  linux: one(8, LinuxPodSandboxConfig),
})
export const RunPodSandboxRequest = message({ config: one(1, PodSandboxConfig), runtimeHandler: text(2) })
export const RunPodSandboxResponse = message({ podSandboxId: text(1) })
export const StopPodSandboxRequest = message({ podSandboxId: text(1) })
export const RemovePodSandboxRequest = message({ podSandboxId: text(1) })
export const PodSandboxStatusRequest = message({ podSandboxId: text(1), verbose: bool(2) })
export const PodIP = message({ ip: text(1) })
export const PodSandboxNetworkStatus = message({ ip: text(1), additionalIps: many(2, PodIP) })
export const PodSandboxStatus = message({
  id: text(1),
  metadata: one(2, PodSandboxMetadata),
  state: int(3),
  createdAt: int(4),
  network: one(5, PodSandboxNetworkStatus),
  labels: textMap(7),
  annotations: textMap(8),
  runtimeHandler: text(9),
})
export const PodSandboxStatusResponse = message({
  status: one(1, PodSandboxStatus),
  info: textMap(2),
  timestamp: int(4),
})
export const PodSandboxStateValue = message({ state: int(1) })
export const PodSandboxFilter = message({ id: text(1), state: one(2, PodSandboxStateValue), labelSelector: textMap(3) })
export const ListPodSandboxRequest = message({ filter: one(1, PodSandboxFilter) })
export const PodSandbox = message({
  id: text(1),
  metadata: one(2, PodSandboxMetadata),
  state: int(3),
  createdAt: int(4),
  labels: textMap(5),
  annotations: textMap(6),
  runtimeHandler: text(7),
})
export const ListPodSandboxResponse = message({ items: many(1, PodSandbox) })
export const PortForwardRequest = message({ podSandboxId: text(1), port: ints(2) })
export const PortForwardResponse = message({ url: text(1) })
