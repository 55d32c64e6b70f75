/** The messages of CRI runtime.v1 about containers. Field numbers: kubernetes/cri-api, pkg/apis/runtime/v1. */
import { bool, bytes, int, ints, many, message, one, text, textMap, texts } from '#base/grpc/message.ts'
import {
  IDMapping,
  Int64Value,
  LinuxContainerResources,
  NamespaceOption,
  PodSandboxConfig,
  SELinuxOption,
  SecurityProfile,
} from './sandbox.ts'

export const ImageSpec = message({
  image: text(1),
  annotations: textMap(2),
  userSpecifiedImage: text(18),
  runtimeHandler: text(19),
  imageRef: text(20),
})
export const KeyValue = message({ key: text(1), value: bytes(2) })
export const Mount = message({
  containerPath: text(1),
  hostPath: text(2),
  readonly: bool(3),
  selinuxRelabel: bool(4),
  propagation: int(5),
  uidMappings: many(6, IDMapping),
  gidMappings: many(7, IDMapping),
  recursiveReadOnly: bool(8),
  image: one(9, ImageSpec),
  imageSubPath: text(10),
  mountOptions: texts(11),
})
export const Device = message({ containerPath: text(1), hostPath: text(2), permissions: text(3) })
export const Capability = message({ addCapabilities: texts(1), dropCapabilities: texts(2), addAmbientCapabilities: texts(3) })
export const LinuxContainerSecurityContext = message({
  capabilities: one(1, Capability),
  privileged: bool(2),
  namespaceOptions: one(3, NamespaceOption),
  selinuxOptions: one(4, SELinuxOption),
  runAsUser: one(5, Int64Value),
  runAsGroup: one(12, Int64Value),
  runAsUsername: text(6),
  readonlyRootfs: bool(7),
  supplementalGroups: ints(8),
  supplementalGroupsPolicy: int(17),
  noNewPrivs: bool(11),
  maskedPaths: texts(13),
  readonlyPaths: texts(14),
  seccomp: one(15, SecurityProfile),
  apparmor: one(16, SecurityProfile),
  apparmorProfile: text(9),
  seccompProfilePath: text(10),
})
export const LinuxContainerConfig = message({
  resources: one(1, LinuxContainerResources),
  securityContext: one(2, LinuxContainerSecurityContext),
})
export const ContainerMetadata = message({ name: text(1), attempt: int(2) })
export const ContainerConfig = message({
  metadata: one(1, ContainerMetadata),
  image: one(2, ImageSpec),
  command: texts(3),
  args: texts(4),
  workingDir: text(5),
  envs: many(6, KeyValue),
  mounts: many(7, Mount),
  devices: many(8, Device),
  labels: textMap(9),
  annotations: textMap(10),
  logPath: text(11),
  stdin: bool(12),
  stdinOnce: bool(13),
  tty: bool(14),
  linux: one(15, LinuxContainerConfig),
  cdiDevices: many(17, message({ name: text(1) })),
  stopSignal: int(18),
})
export const CreateContainerRequest = message({
  podSandboxId: text(1),
  config: one(2, ContainerConfig),
  sandboxConfig: one(3, PodSandboxConfig),
})
export const CreateContainerResponse = message({ containerId: text(1) })
export const StartContainerRequest = message({ containerId: text(1) })
export const StopContainerRequest = message({ containerId: text(1), timeout: int(2) })
export const RemoveContainerRequest = message({ containerId: text(1) })
export const ContainerStateValue = message({ state: int(1) })
export const ContainerFilter = message({
  id: text(1),
  state: one(2, ContainerStateValue),
  podSandboxId: text(3),
  labelSelector: textMap(4),
})
export const ListContainersRequest = message({ filter: one(1, ContainerFilter) })
export const Container = message({
  id: text(1),
  podSandboxId: text(2),
  metadata: one(3, ContainerMetadata),
  image: one(4, ImageSpec),
  imageRef: text(5),
  state: int(6),
  createdAt: int(7),
  labels: textMap(8),
  annotations: textMap(9),
  imageId: text(10),
})
export const ListContainersResponse = message({ containers: many(1, Container) })
export const ContainerStatusRequest = message({ containerId: text(1), verbose: bool(2) })
export const ContainerResources = message({ linux: one(1, LinuxContainerResources) })
export const LinuxContainerUser = message({ uid: int(1), gid: int(2), supplementalGroups: ints(3) })
export const ContainerUser = message({ linux: one(1, LinuxContainerUser) })
export const ContainerStatus = message({
  id: text(1),
  metadata: one(2, ContainerMetadata),
  state: int(3),
  createdAt: int(4),
  startedAt: int(5),
  finishedAt: int(6),
  exitCode: int(7),
  image: one(8, ImageSpec),
  imageRef: text(9),
  reason: text(10),
  message: text(11),
  labels: textMap(12),
  annotations: textMap(13),
  mounts: many(14, Mount),
  logPath: text(15),
  resources: one(16, ContainerResources),
  imageId: text(17),
  user: one(18, ContainerUser),
  stopSignal: int(19),
})
export const ContainerStatusResponse = message({ status: one(1, ContainerStatus), info: textMap(2) })
export const UpdateContainerResourcesRequest = message({
  containerId: text(1),
  linux: one(2, LinuxContainerResources),
  annotations: textMap(4),
})
export const ReopenContainerLogRequest = message({ containerId: text(1) })
export const ExecSyncRequest = message({ containerId: text(1), cmd: texts(2), timeout: int(3) })
export const ExecSyncResponse = message({ stdout: bytes(1), stderr: bytes(2), exitCode: int(3) })
export const ExecRequest = message({ containerId: text(1), cmd: texts(2), tty: bool(3), stdin: bool(4), stdout: bool(5), stderr: bool(6) })
export const ExecResponse = message({ url: text(1) })
export const AttachRequest = message({ containerId: text(1), stdin: bool(2), tty: bool(3), stdout: bool(4), stderr: bool(5) })
export const AttachResponse = message({ url: text(1) })
