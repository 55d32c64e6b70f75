/** PodSpec: the wanted state of a pod. */
import { bool, int32, int64, known, oneOf, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { Affinity, TopologySpreadConstraint } from './affinity.ts'
import { Container, EphemeralContainer } from './container.ts'
import { struct } from './group.ts'
import { LocalObjectReference } from './references.ts'
import { ResourceRequirements, resourceList } from './resources.ts'
import { PodSecurityContext } from './security-context.ts'
import { Toleration } from './taint.ts'
import { Volume } from './volume.ts'

export class HostAlias extends struct({
  ip: field(1, string, 'IP address.', { required: true }),
  hostnames: field(2, list(string, { listType: 'atomic' }), 'Names of that address.'),
}) {}

export class PodDNSConfigOption extends struct({
  name: field(1, string, 'Name of the resolver option.'),
  value: field(2, string, 'Its value, if it has one.', { explicit: true }),
}) {}

export class PodDNSConfig extends struct({
  nameservers: field(1, list(string, { listType: 'atomic' }), 'Addresses of name servers, added to those of the policy.'),
  searches: field(2, list(string, { listType: 'atomic' }), 'Domains in which short names are looked up, added to those of the policy.'),
  options: field(3, list(PodDNSConfigOption, { listType: 'atomic' }), 'Options of the resolver; they go before those of the policy.'),
}) {}

export class PodOS extends struct({
  name: field(1, oneOf('linux', 'windows'), 'linux or windows.', { required: true }),
}) {}

export class PodReadinessGate extends struct({
  conditionType: field(
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
    'The condition of the pod that must be true.',
    { always: true },
  ),
}) {}

export class PodResourceClaim extends struct({
  name: field(1, string, 'Name by which containers refer to it.', { required: true }),
  resourceClaimName: field(3, string, 'A claim of the namespace.', { explicit: true }),
  resourceClaimTemplateName: field(4, string, 'The template from which a claim is made for this pod.', { explicit: true }),
}) {}

export class PodSchedulingGate extends struct({
  name: field(1, string, 'Name of the gate; whoever set it up lifts it.', { always: true }),
}) {}

export class PodSchedulingGroup extends struct({
  podGroupName: field(1, string, 'The group of pods that are placed together.', { explicit: true }),
}) {}

export class PodSpec extends struct(
  {
    volumes: field(
      1,
      list(Volume, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
      'Volumes that containers can mount.',
    ),
    initContainers: field(
      20,
      list(Container, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Containers that run one after the other before the others start; sidecars stay.',
    ),
    containers: field(
      2,
      list(Container, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'The containers that run together.',
      {
        required: true,
      },
    ),
    ephemeralContainers: field(
      34,
      list(EphemeralContainer, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Containers that were added to look at the running pod.',
    ),
    restartPolicy: field(
      3,
      oneOf('Always', 'OnFailure', 'Never'),
      'Whether containers that end are started again: Always, OnFailure or Never.',
      { default: 'Always' },
    ),
    terminationGracePeriodSeconds: field(4, int64, 'Seconds between asking the pod to end and killing it.', {
      explicit: true,
      default: 30,
    }),
    activeDeadlineSeconds: field(5, int64, 'Seconds after which the pod has failed, counted from its start.', { explicit: true }),
    dnsPolicy: field(
      6,
      oneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
      'Whether names are looked up in the cluster first, as the node does, or as dnsConfig says.',
      { default: 'ClusterFirst' },
    ),
    nodeSelector: field(7, map(string, { atomic: true }), 'Labels that the node must have.'),
    serviceAccountName: field(8, string, 'The account as which the pod speaks to the API.'),
    serviceAccount: field(9, string, 'Older name of serviceAccountName; both say the same.'),
    automountServiceAccountToken: field(21, bool, "Whether the account's token is mounted; as the account says when absent.", {
      explicit: true,
    }),
    nodeName: field(10, string, 'The node on which the pod runs; set by the scheduler.'),
    hostNetwork: field(11, bool, "Whether the pod has the node's network instead of its own."),
    hostPID: field(12, bool, "Whether the pod sees the node's processes."),
    hostIPC: field(13, bool, "Whether the pod has the node's shared memory and semaphores."),
    shareProcessNamespace: field(27, bool, "Whether the containers see each other's processes.", { explicit: true }),
    securityContext: field(14, PodSecurityContext, 'Privileges and identities of all containers.', { default: {} }),
    imagePullSecrets: field(
      15,
      list(LocalObjectReference, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Secrets with credentials for image registries.',
    ),
    hostname: field(16, string, 'Host name of the pod; its name when absent.'),
    subdomain: field(17, string, 'Name of the headless service under which the host name can be looked up.'),
    affinity: field(18, Affinity, 'Where the pod wants to run.'),
    schedulerName: field(19, string, 'Which scheduler finds a node for the pod.', { default: 'default-scheduler' }),
    tolerations: field(22, list(Toleration, { listType: 'atomic' }), 'Taints of nodes that do not keep the pod away.'),
    hostAliases: field(
      23,
      list(HostAlias, { listType: 'map', keys: ['ip'], patchKey: 'ip', patchStrategy: 'merge' }),
      "Further lines of the pod's hosts file.",
    ),
    priorityClassName: field(24, string, 'The priority class, from which the priority is taken.'),
    priority: field(25, int32, 'How important the pod is; pods of less priority may be evicted for it.', { explicit: true }),
    dnsConfig: field(26, PodDNSConfig, 'Resolver settings beside those of the policy.'),
    readinessGates: field(
      28,
      list(PodReadinessGate, { listType: 'atomic' }),
      'Conditions that must be true, beside those of the containers, for the pod to be ready.',
    ),
    runtimeClassName: field(29, string, 'How containers are run, such as in a virtual machine; as is usual when absent.', {
      explicit: true,
    }),
    enableServiceLinks: field(30, bool, 'Whether services of the namespace are told in environment variables.', { explicit: true }),
    preemptionPolicy: field(31, oneOf('PreemptLowerPriority', 'Never'), 'Whether pods of less priority may be evicted for it.', {
      explicit: true,
    }),
    overhead: field(32, resourceList, 'Amounts that running the pod itself takes; set from the runtime class.'),
    topologySpreadConstraints: field(
      33,
      list(TopologySpreadConstraint, {
        listType: 'map',
        keys: ['topologyKey', 'whenUnsatisfiable'],
        patchKey: 'topologyKey',
        patchStrategy: 'merge',
      }),
      'How evenly pods are spread over nodes, zones and the like.',
    ),
    setHostnameAsFQDN: field(35, bool, 'Whether the host name within the pod is the full domain name.', { explicit: true }),
    os: field(36, PodOS, 'The operating system that the pod is for.'),
    hostUsers: field(37, bool, 'False gives the pod its own users, so that root within is nobody outside.', { explicit: true }),
    schedulingGates: field(
      38,
      list(PodSchedulingGate, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'As long as there are any, no scheduler looks at the pod.',
    ),
    resourceClaims: field(
      39,
      list(PodResourceClaim, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
      'Claims of devices that containers can use.',
    ),
    resources: field(40, ResourceRequirements, 'Amounts for all containers together (KEP-2837).'),
    hostnameOverride: field(41, string, 'Host name within the pod, whatever hostname and subdomain say.', { explicit: true }),
    schedulingGroup: field(43, PodSchedulingGroup, 'The group of pods with which this one is placed.'),
  },
  {
    // The older name of the field goes on to say the same.
    fill: spec => {
      spec.serviceAccountName ||= spec.serviceAccount
      if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
      else delete spec.serviceAccountName
    },
  },
) {}
