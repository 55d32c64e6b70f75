/** NodeStatus: what is observed of a node. */
import { bool, int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { resourceList } from './resources.ts'

export class AttachedVolume extends struct({
  name: field(1, string, 'Name.', { always: true }),
  devicePath: field(2, string, 'Device path.', { always: true }),
}) {}

export class ContainerImage extends struct({
  names: field(1, list(string, { listType: 'atomic' }), 'Names.', { written: true }),
  sizeBytes: field(2, int64, 'Size bytes.'),
}) {}

export class DaemonEndpoint extends struct({
  Port: field(1, int32, 'Port.', { always: true }),
}) {}

export class NodeDaemonEndpoints extends struct({
  kubeletEndpoint: field(1, DaemonEndpoint, 'Kubelet endpoint.', { written: true }),
}) {}

export class NodeAddress extends struct({
  type: field(1, known('Hostname', 'InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS'), 'Type.', { always: true }),
  address: field(2, string, 'Address.', { always: true }),
}) {}

export class NodeCondition extends struct({
  type: field(1, known('Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'), 'Type.', { always: true }),
  status: field(2, known('True', 'False', 'Unknown'), 'Status.', { always: true }),
  lastHeartbeatTime: field(3, time, 'Last heartbeat time.'),
  lastTransitionTime: field(4, time, 'Last transition time.'),
  reason: field(5, string, 'Reason.'),
  message: field(6, string, 'Message.'),
}) {}

export class ConfigMapNodeConfigSource extends struct({
  namespace: field(1, string, 'Namespace.', { always: true }),
  name: field(2, string, 'Name.', { always: true }),
  uid: field(3, string, 'Uid.'),
  resourceVersion: field(4, string, 'Resource version.'),
  kubeletConfigKey: field(5, string, 'Kubelet config key.', { always: true }),
}) {}

export class NodeConfigSource extends struct({
  configMap: field(2, ConfigMapNodeConfigSource, 'Config map.'),
}) {}

export class NodeConfigStatus extends struct({
  assigned: field(1, NodeConfigSource, 'Assigned.'),
  active: field(2, NodeConfigSource, 'Active.'),
  lastKnownGood: field(3, NodeConfigSource, 'Last known good.'),
  error: field(4, string, 'Error.'),
}) {}

export class NodeFeatures extends struct({
  supplementalGroupsPolicy: field(1, bool, 'Supplemental groups policy.', { explicit: true }),
}) {}

export class NodeRuntimeHandlerFeatures extends struct({
  recursiveReadOnlyMounts: field(1, bool, 'Recursive read only mounts.', { explicit: true }),
  userNamespaces: field(2, bool, 'User namespaces.', { explicit: true }),
}) {}

export class NodeRuntimeHandler extends struct({
  name: field(1, string, 'Name.', { written: true }),
  features: field(2, NodeRuntimeHandlerFeatures, 'Features.'),
}) {}

export class NodeSwapStatus extends struct({
  capacity: field(1, int64, 'Capacity.', { explicit: true }),
}) {}

export class NodeSystemInfo extends struct({
  machineID: field(1, string, 'Machine id.', { always: true }),
  systemUUID: field(2, string, 'System uuid.', { always: true }),
  bootID: field(3, string, 'Boot id.', { always: true }),
  kernelVersion: field(4, string, 'Kernel version.', { always: true }),
  osImage: field(5, string, 'Os image.', { always: true }),
  containerRuntimeVersion: field(6, string, 'Container runtime version.', { always: true }),
  kubeletVersion: field(7, string, 'Kubelet version.', { always: true }),
  kubeProxyVersion: field(8, string, 'Kube proxy version.', { always: true }),
  operatingSystem: field(9, string, 'Operating system.', { always: true }),
  architecture: field(10, string, 'Architecture.', { always: true }),
  swap: field(11, NodeSwapStatus, 'Swap.'),
}) {}

export class NodeStatus extends struct(
  {
    capacity: field(1, resourceList, 'Capacity.'),
    allocatable: field(2, resourceList, 'Allocatable.'),
    phase: field(3, known('Pending', 'Running', 'Terminated'), 'Phase.'),
    conditions: field(4, list(NodeCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }), 'Conditions.'),
    addresses: field(5, list(NodeAddress, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }), 'Addresses.'),
    daemonEndpoints: field(6, NodeDaemonEndpoints, 'Daemon endpoints.', { written: true }),
    nodeInfo: field(7, NodeSystemInfo, 'Node info.', { written: true }),
    images: field(8, list(ContainerImage, { listType: 'atomic' }), 'Images.'),
    volumesInUse: field(9, list(string, { listType: 'atomic' }), 'Volumes in use.'),
    volumesAttached: field(10, list(AttachedVolume, { listType: 'atomic' }), 'Volumes attached.'),
    config: field(11, NodeConfigStatus, 'Config.'),
    runtimeHandlers: field(12, list(NodeRuntimeHandler, { listType: 'atomic' }), 'Runtime handlers.'),
    features: field(13, NodeFeatures, 'Features.'),
    declaredFeatures: field(14, list(string, { listType: 'atomic' }), 'Declared features.'),
  },
  {
    // Unless a node reserves something, all of it may be used.
    fill: status => {
      if (!status.allocatable && status.capacity) status.allocatable = { ...status.capacity }
    },
  },
) {}
