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
  ip: field(1, string, 'Ip.', { required: true }),
  hostnames: field(2, list(string, { listType: 'atomic' }), 'Hostnames.'),
}) {}

export class PodDNSConfigOption extends struct({
  name: field(1, string, 'Name.'),
  value: field(2, string, 'Value.', { explicit: true }),
}) {}

export class PodDNSConfig extends struct({
  nameservers: field(1, list(string, { listType: 'atomic' }), 'Nameservers.'),
  searches: field(2, list(string, { listType: 'atomic' }), 'Searches.'),
  options: field(3, list(PodDNSConfigOption, { listType: 'atomic' }), 'Options.'),
}) {}

export class PodOS extends struct({
  name: field(1, oneOf('linux', 'windows'), 'Name.', { required: true }),
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
    'Condition type.',
    { always: true },
  ),
}) {}

export class PodResourceClaim extends struct({
  name: field(1, string, 'Name.', { required: true }),
  resourceClaimName: field(3, string, 'Resource claim name.', { explicit: true }),
  resourceClaimTemplateName: field(4, string, 'Resource claim template name.', { explicit: true }),
}) {}

export class PodSchedulingGate extends struct({
  name: field(1, string, 'Name.', { always: true }),
}) {}

export class PodSchedulingGroup extends struct({
  podGroupName: field(1, string, 'Pod group name.', { explicit: true }),
}) {}

export class PodSpec extends struct(
  {
    volumes: field(1, list(Volume, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }), 'Volumes.'),
    initContainers: field(
      20,
      list(Container, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Init containers.',
    ),
    containers: field(2, list(Container, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }), 'Containers.', {
      required: true,
    }),
    ephemeralContainers: field(
      34,
      list(EphemeralContainer, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Ephemeral containers.',
    ),
    restartPolicy: field(3, oneOf('Always', 'OnFailure', 'Never'), 'Restart policy.', { default: 'Always' }),
    terminationGracePeriodSeconds: field(4, int64, 'Termination grace period seconds.', { explicit: true, default: 30 }),
    activeDeadlineSeconds: field(5, int64, 'Active deadline seconds.', { explicit: true }),
    dnsPolicy: field(6, oneOf('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'), 'Dns policy.', { default: 'ClusterFirst' }),
    nodeSelector: field(7, map(string, { atomic: true }), 'Node selector.'),
    serviceAccountName: field(8, string, 'Service account name.'),
    serviceAccount: field(9, string, 'Service account.'),
    automountServiceAccountToken: field(21, bool, 'Automount service account token.', { explicit: true }),
    nodeName: field(10, string, 'Node name.'),
    hostNetwork: field(11, bool, 'Host network.'),
    hostPID: field(12, bool, 'Host pid.'),
    hostIPC: field(13, bool, 'Host ipc.'),
    shareProcessNamespace: field(27, bool, 'Share process namespace.', { explicit: true }),
    securityContext: field(14, PodSecurityContext, 'Security context.', { default: {} }),
    imagePullSecrets: field(
      15,
      list(LocalObjectReference, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Image pull secrets.',
    ),
    hostname: field(16, string, 'Hostname.'),
    subdomain: field(17, string, 'Subdomain.'),
    affinity: field(18, Affinity, 'Affinity.'),
    schedulerName: field(19, string, 'Scheduler name.', { default: 'default-scheduler' }),
    tolerations: field(22, list(Toleration, { listType: 'atomic' }), 'Tolerations.'),
    hostAliases: field(23, list(HostAlias, { listType: 'map', keys: ['ip'], patchKey: 'ip', patchStrategy: 'merge' }), 'Host aliases.'),
    priorityClassName: field(24, string, 'Priority class name.'),
    priority: field(25, int32, 'Priority.', { explicit: true }),
    dnsConfig: field(26, PodDNSConfig, 'Dns config.'),
    readinessGates: field(28, list(PodReadinessGate, { listType: 'atomic' }), 'Readiness gates.'),
    runtimeClassName: field(29, string, 'Runtime class name.', { explicit: true }),
    enableServiceLinks: field(30, bool, 'Enable service links.', { explicit: true }),
    preemptionPolicy: field(31, oneOf('PreemptLowerPriority', 'Never'), 'Preemption policy.', { explicit: true }),
    overhead: field(32, resourceList, 'Overhead.'),
    topologySpreadConstraints: field(
      33,
      list(TopologySpreadConstraint, {
        listType: 'map',
        keys: ['topologyKey', 'whenUnsatisfiable'],
        patchKey: 'topologyKey',
        patchStrategy: 'merge',
      }),
      'Topology spread constraints.',
    ),
    setHostnameAsFQDN: field(35, bool, 'Set hostname as fqdn.', { explicit: true }),
    os: field(36, PodOS, 'Os.'),
    hostUsers: field(37, bool, 'Host users.', { explicit: true }),
    schedulingGates: field(
      38,
      list(PodSchedulingGate, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Scheduling gates.',
    ),
    resourceClaims: field(
      39,
      list(PodResourceClaim, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge,retainKeys' }),
      'Resource claims.',
    ),
    resources: field(40, ResourceRequirements, 'Resources.'),
    hostnameOverride: field(41, string, 'Hostname override.', { explicit: true }),
    schedulingGroup: field(43, PodSchedulingGroup, 'Scheduling group.'),
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
