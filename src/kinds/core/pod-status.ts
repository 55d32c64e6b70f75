/** PodStatus: what is observed of a pod. */
import { int64, known, quantity, string, time, timeOrNull } from '#schema/scalars.ts'
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
    'What the condition is about, such as Ready.',
    { always: true },
  ),
  observedGeneration: field(7, int64, 'The generation of the object that this was observed at.'),
  status: field(2, known('True', 'False', 'Unknown'), 'True, False or Unknown.', { always: true }),
  lastProbeTime: field(3, timeOrNull, 'When the condition was last looked at.', { written: true }),
  lastTransitionTime: field(4, time, 'When the status last changed.'),
  reason: field(5, string, 'One word in CamelCase, for machines, saying why.'),
  message: field(6, string, 'A sentence for people.'),
}) {}

export class HostIP extends struct({
  ip: field(1, string, 'IP address.', { required: true }),
}) {}

export class PodIP extends struct({
  ip: field(1, string, 'IP address.', { required: true }),
}) {}

export class PodResourceClaimStatus extends struct({
  name: field(1, string, "The entry of the spec's resourceClaims.", { always: true }),
  resourceClaimName: field(2, string, 'The claim that was made for it.', { explicit: true }),
}) {}

export class ContainerExtendedResourceRequest extends struct({
  containerName: field(1, string, 'The container that asked.', { always: true }),
  resourceName: field(2, string, 'The extended resource that it asked for.', { always: true }),
  requestName: field(3, string, 'The request of the claim that stands for it.', { always: true }),
}) {}

export class PodExtendedResourceClaimStatus extends struct({
  requestMappings: field(
    1,
    list(ContainerExtendedResourceRequest, { listType: 'atomic' }),
    'Which requests of the claim stand for which resources.',
    { always: true },
  ),
  resourceClaimName: field(2, string, "The claim that was made for the pod's extended resources.", { always: true }),
}) {}

export class NodeAllocatableResourceClaimStatus extends struct({
  resourceClaimName: field(1, string, 'The claim.', { required: true }),
  containers: field(2, list(string, { listType: 'set' }), 'The containers that use it.'),
  resources: field(3, map(quantity), 'Amounts of the node that it takes.', { always: true }),
}) {}

export class PodStatus extends struct(
  {
    observedGeneration: field(17, int64, 'The generation of the object that this was observed at.'),
    phase: field(1, known('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'), 'Pending, Running, Succeeded, Failed or Unknown.'),
    conditions: field(
      2,
      list(PodCondition, { listType: 'map', keys: ['type'], patchKey: 'type', patchStrategy: 'merge' }),
      'What is known about single aspects of the object, one entry per type.',
    ),
    message: field(3, string, 'A sentence for people.'),
    reason: field(4, string, 'Why the pod is in this state, such as Evicted.'),
    nominatedNodeName: field(11, string, 'The node on which others were evicted to make room for it.'),
    hostIP: field(5, string, 'Address of its node.'),
    hostIPs: field(16, list(HostIP, { listType: 'atomic', patchKey: 'ip', patchStrategy: 'merge' }), 'All addresses of its node.'),
    podIP: field(6, string, 'Address of the pod.'),
    podIPs: field(
      12,
      list(PodIP, { listType: 'map', keys: ['ip'], patchKey: 'ip', patchStrategy: 'merge' }),
      'Addresses of the pod, at most one of each family.',
    ),
    startTime: field(7, time, 'When the kubelet took the pod up.'),
    initContainerStatuses: field(10, list(ContainerStatus, { listType: 'atomic' }), 'How its init containers are.'),
    containerStatuses: field(8, list(ContainerStatus, { listType: 'atomic' }), 'How its containers are.'),
    qosClass: field(
      9,
      known('Guaranteed', 'Burstable', 'BestEffort'),
      'Guaranteed, Burstable or BestEffort, from what its containers ask for.',
    ),
    ephemeralContainerStatuses: field(13, list(ContainerStatus, { listType: 'atomic' }), 'How its ephemeral containers are.'),
    resize: field(
      14,
      known('InProgress', 'Deferred', 'Infeasible'),
      'No longer set; see the conditions PodResizePending and PodResizeInProgress.',
    ),
    resourceClaimStatuses: field(
      15,
      list(PodResourceClaimStatus, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
      'Claims that were made for the pod.',
    ),
    extendedResourceClaimStatus: field(18, PodExtendedResourceClaimStatus, 'The claim that stands for its extended resources.'),
    allocatedResources: field(19, resourceList, 'Amounts that the node has set aside for the pod.'),
    resources: field(20, ResourceRequirements, 'Amounts that are in force for the pod.'),
    nodeAllocatableResourceClaimStatuses: field(
      21,
      list(NodeAllocatableResourceClaimStatus, { listType: 'atomic' }),
      "Claims that take of the node's own resources.",
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
