/** PodStatus: what is observed of a pod. */
import { int64, known, quantity, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { ContainerStatus } from './container-status.ts'
import { struct } from './group.ts'
import { ResourceRequirements, resourceList } from './resources.ts'

export class PodCondition extends struct({
  type: field(
    1,
    known(
      'ContainersReady',
      'Initialized',
      'Ready',
      'PodScheduled',
      'DisruptionTarget',
      'PodReadyToStartContainers',
      'PodResizePending',
      'PodResizeInProgress',
      'AllContainersRestarting',
    ),
    'Type.',
    { always: true },
  ),
  observedGeneration: field(7, int64, 'Observed generation.'),
  status: field(2, known('True', 'False', 'Unknown'), 'Status.', { always: true }),
  lastProbeTime: field(3, time, 'Last probe time.'),
  lastTransitionTime: field(4, time, 'Last transition time.'),
  reason: field(5, string, 'Reason.'),
  message: field(6, string, 'Message.'),
}) {}

export class HostIP extends struct({
  ip: field(1, string, 'Ip.', { required: true }),
}) {}

export class PodIP extends struct({
  ip: field(1, string, 'Ip.', { required: true }),
}) {}

export class PodResourceClaimStatus extends struct({
  name: field(1, string, 'Name.', { always: true }),
  resourceClaimName: field(2, string, 'Resource claim name.', { explicit: true }),
}) {}

export class ContainerExtendedResourceRequest extends struct({
  containerName: field(1, string, 'Container name.', { always: true }),
  resourceName: field(2, string, 'Resource name.', { always: true }),
  requestName: field(3, string, 'Request name.', { always: true }),
}) {}

export class PodExtendedResourceClaimStatus extends struct({
  requestMappings: field(1, list(ContainerExtendedResourceRequest, { listType: 'atomic' }), 'Request mappings.', { always: true }),
  resourceClaimName: field(2, string, 'Resource claim name.', { always: true }),
}) {}

export class NodeAllocatableResourceClaimStatus extends struct({
  resourceClaimName: field(1, string, 'Resource claim name.', { required: true }),
  containers: field(2, list(string, { listType: 'set' }), 'Containers.'),
  resources: field(3, map(quantity), 'Resources.', { always: true }),
}) {}

export class PodStatus extends struct(
  {
    observedGeneration: field(17, int64, 'Observed generation.'),
    phase: field(1, known('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'), 'Phase.'),
    conditions: field(2, list(PodCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }), 'Conditions.'),
    message: field(3, string, 'Message.'),
    reason: field(4, string, 'Reason.'),
    nominatedNodeName: field(11, string, 'Nominated node name.'),
    hostIP: field(5, string, 'Host ip.'),
    hostIPs: field(16, list(HostIP, { listType: 'atomic', patchKey: 'ip', patchStrategy: 'merge' }), 'Host i ps.'),
    podIP: field(6, string, 'Pod ip.'),
    podIPs: field(12, list(PodIP, { listType: 'map', keys: ['ip'], patchKey: 'ip', patchStrategy: 'merge' }), 'Pod i ps.'),
    startTime: field(7, time, 'Start time.'),
    initContainerStatuses: field(10, list(ContainerStatus, { listType: 'atomic' }), 'Init container statuses.'),
    containerStatuses: field(8, list(ContainerStatus, { listType: 'atomic' }), 'Container statuses.'),
    qosClass: field(9, known('Guaranteed', 'Burstable', 'BestEffort'), 'Qos class.'),
    ephemeralContainerStatuses: field(13, list(ContainerStatus, { listType: 'atomic' }), 'Ephemeral container statuses.'),
    resize: field(14, known('InProgress', 'Deferred', 'Infeasible'), 'Resize.'),
    resourceClaimStatuses: field(
      15,
      list(PodResourceClaimStatus, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
      'Resource claim statuses.',
    ),
    extendedResourceClaimStatus: field(18, PodExtendedResourceClaimStatus, 'Extended resource claim status.'),
    allocatedResources: field(19, resourceList, 'Allocated resources.'),
    resources: field(20, ResourceRequirements, 'Resources.'),
    nodeAllocatableResourceClaimStatuses: field(
      21,
      list(NodeAllocatableResourceClaimStatus, { listType: 'atomic' }),
      'Node allocatable resource claim statuses.',
    ),
  },
  {
    // The single address and the list say the same; an old kubelet knows the single one only.
    fill: status => {
      if (status.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }]
      const first = status.podIPs?.[0]?.ip
      if (first) status.podIP = first
    },
  },
) {}
