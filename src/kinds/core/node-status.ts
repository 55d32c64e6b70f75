/** NodeStatus: what is observed of a node. */
import { bool, int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { resourceList } from './resources.ts'

export class AttachedVolume extends struct({
  name: field(1, string, 'Name of the volume, unique on the node.', { always: true }),
  devicePath: field(2, string, 'Where the volume is attached.', { always: true }),
}) {}

export class ContainerImage extends struct({
  names: field(1, list(string, { listType: 'atomic' }), 'Names by which the image is known.', { written: true }),
  sizeBytes: field(2, int64, 'Size in bytes.'),
}) {}

export class DaemonEndpoint extends struct({
  Port: field(1, int32, 'The port.', { always: true }),
}) {}

export class NodeDaemonEndpoints extends struct({
  kubeletEndpoint: field(1, DaemonEndpoint, 'Where the kubelet listens.', { written: true }),
}) {}

export class NodeAddress extends struct({
  type: field(
    1,
    known('Hostname', 'InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS'),
    'Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.',
    { always: true },
  ),
  address: field(2, string, 'The address.', { always: true }),
}) {}

export class NodeCondition extends struct({
  type: field(
    1,
    known('Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'),
    'What the condition is about, such as Ready.',
    { always: true },
  ),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastHeartbeatTime: field(3, time, 'When the kubelet last said so.'),
  lastTransitionTime: field(4, time, 'When the status last changed.'),
  reason: field(5, string, 'One word in CamelCase, for machines, saying why.'),
  message: field(6, string, 'A sentence for people.'),
}) {}

export class ConfigMapNodeConfigSource extends struct({
  namespace: field(1, string, 'Namespace of the config map.', { always: true }),
  name: field(2, string, 'Name of the config map.', { always: true }),
  uid: field(3, string, 'UID of the config map.'),
  resourceVersion: field(4, string, 'Version of the config map.'),
  kubeletConfigKey: field(5, string, "The key with the kubelet's configuration.", { always: true }),
}) {}

export class NodeConfigSource extends struct({
  configMap: field(2, ConfigMapNodeConfigSource, 'The config map with the configuration.'),
}) {}

export class NodeConfigStatus extends struct({
  assigned: field(1, NodeConfigSource, 'The configuration that is assigned, as far as the node has read it.'),
  active: field(2, NodeConfigSource, 'The one that is in use; absent for the node’s own.'),
  lastKnownGood: field(3, NodeConfigSource, 'The one that is used when the assigned one is wrong.'),
  error: field(4, string, 'What is wrong with the assigned one.'),
}) {}

export class NodeFeatures extends struct({
  supplementalGroupsPolicy: field(1, bool, 'Whether pods can choose which groups count.', { explicit: true }),
}) {}

export class NodeRuntimeHandlerFeatures extends struct({
  recursiveReadOnlyMounts: field(1, bool, 'Whether mounts can be read-only all the way down.', { explicit: true }),
  userNamespaces: field(2, bool, 'Whether pods can have their own users.', { explicit: true }),
}) {}

export class NodeRuntimeHandler extends struct({
  name: field(1, string, 'Name of the handler; empty for the usual one.', { written: true }),
  features: field(2, NodeRuntimeHandlerFeatures, 'What the handler can do.'),
}) {}

export class NodeSwapStatus extends struct({
  capacity: field(1, int64, 'Swap of the node in bytes.', { explicit: true }),
}) {}

export class NodeSystemInfo extends struct({
  machineID: field(1, string, 'Identity of the machine, as its operating system has it.', { always: true }),
  systemUUID: field(2, string, 'Identity of the machine, as its firmware has it.', { always: true }),
  bootID: field(3, string, 'Identity of this run of the machine.', { always: true }),
  kernelVersion: field(4, string, 'Version of the kernel.', { always: true }),
  osImage: field(5, string, 'Name of the operating system.', { always: true }),
  containerRuntimeVersion: field(6, string, 'Container runtime and its version.', { always: true }),
  kubeletVersion: field(7, string, 'Version of the kubelet.', { always: true }),
  kubeProxyVersion: field(8, string, 'No longer meaningful.', { always: true }),
  operatingSystem: field(9, string, 'linux or windows.', { always: true }),
  architecture: field(10, string, 'Processor architecture.', { always: true }),
  swap: field(11, NodeSwapStatus, 'Swap of the node.'),
}) {}

export class NodeStatus extends struct(
  {
    capacity: field(1, resourceList, 'Amounts that the node has, by resource.'),
    allocatable: field(2, resourceList, 'Amounts that pods may use, by resource.'),
    phase: field(3, known('Pending', 'Running', 'Terminated'), 'No longer set.'),
    conditions: field(
      4,
      list(NodeCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'What is known about single aspects of the object, one entry per type.',
    ),
    addresses: field(
      5,
      list(NodeAddress, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'Addresses and names of the node.',
    ),
    daemonEndpoints: field(6, NodeDaemonEndpoints, 'Where the daemons of the node listen.', { written: true }),
    nodeInfo: field(7, NodeSystemInfo, 'What the machine is.', { written: true }),
    images: field(8, list(ContainerImage, { listType: 'atomic' }), 'Images that the node has.'),
    volumesInUse: field(9, list(string, { listType: 'atomic' }), 'Volumes that are mounted, or about to be.'),
    volumesAttached: field(10, list(AttachedVolume, { listType: 'atomic' }), 'Volumes that are attached.'),
    config: field(11, NodeConfigStatus, 'What became of the configuration that is assigned to the node.'),
    runtimeHandlers: field(12, list(NodeRuntimeHandler, { listType: 'atomic' }), 'Ways in which the node can run containers.'),
    features: field(13, NodeFeatures, 'What the runtime can do, whatever the handler.'),
    declaredFeatures: field(14, list(string, { listType: 'atomic' }), 'Features that the kubelet declares for the scheduler to look at.'),
  },
  {
    // Unless a node reserves something, all of it may be used.
    fill: status => {
      if (!status.allocatable && status.capacity) status.allocatable = { ...status.capacity }
    },
  },
) {}
