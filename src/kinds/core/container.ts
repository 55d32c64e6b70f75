/** Containers of a pod: regular, init and ephemeral ones. */

import { isDns1123Label, isIP, isValidPortName, isValidPortNumber } from '#kinds/meta/names.ts'
import { bool, int32, known, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { EnvFromSource, EnvVar } from './environment.ts'
import { struct } from './group.ts'
import { usualPullPolicy } from './pod/image-name.ts'
import { Lifecycle, Probe } from './probe.ts'
import { ResourceRequirements } from './resources.ts'
import { SecurityContext } from './security-context.ts'

const isHostPort = (port: number) => (port === 0 ? undefined : isValidPortNumber(port))

export class ContainerPort extends struct({
  name: field(1, string, 'Name by which services and probes can refer to the port.', { check: isValidPortName }),
  hostPort: field(2, int32, 'Port of the node that leads here; none unless given.', { check: isHostPort }),
  containerPort: field(3, int32, 'Port on which the container listens.', { required: true, check: isValidPortNumber }),
  protocol: field(4, oneOf('SCTP', 'TCP', 'UDP'), 'TCP, UDP or SCTP.', { default: 'TCP' }),
  hostIP: field(5, string, 'Address of the node on which the host port is opened; all when absent.', { check: isIP }),
}) {}

export class ContainerResizePolicy extends struct({
  resourceName: field(1, known('cpu', 'memory'), 'The resource, cpu or memory.', { always: true }),
  restartPolicy: field(2, known('NotRequired', 'RestartContainer'), 'Whether the container is restarted when the amount changes.', {
    required: true,
  }),
}) {}

export class ContainerRestartRuleOnExitCodes extends struct({
  operator: field(1, oneOf('In', 'NotIn'), 'Whether the exit code must be one of the values or none of them.', { required: true }),
  values: field(2, list(int32, { listType: 'set' }), 'Exit codes, at most 255 of them.'),
}) {}

export class ContainerRestartRule extends struct({
  action: field(
    1,
    oneOf('Restart', 'RestartAllContainers'),
    'What happens when the rule fits: the container, or all of them, are restarted.',
    { required: true },
  ),
  exitCodes: field(2, ContainerRestartRuleOnExitCodes, 'With which exit codes the rule fits.'),
}) {}

export class VolumeMount extends struct({
  name: field(1, string, 'The volume of the pod that is mounted.', { required: true }),
  readOnly: field(2, bool, 'Whether the container can only read it.'),
  recursiveReadOnly: field(7, oneOf('Disabled', 'Enabled', 'IfPossible'), 'Whether mounts below are read-only as well (KEP-3857).', {
    explicit: true,
  }),
  mountPath: field(3, string, 'Where in the container it is mounted.', { required: true }),
  subPath: field(4, string, 'The path within the volume that is mounted, instead of its root.'),
  mountPropagation: field(5, oneOf('Bidirectional', 'HostToContainer', 'None'), 'Whether mounts made on one side are seen on the other.', {
    explicit: true,
  }),
  subPathExpr: field(6, string, "Like subPath, with `$(NAME)` replaced by the container's variables."),
}) {}

export class VolumeDevice extends struct({
  name: field(1, string, 'The volume of the pod that is given as a device.', { required: true }),
  devicePath: field(2, string, 'Where in the container the device appears.', { required: true }),
}) {}

const fillPullPolicy = (container: { image?: string; imagePullPolicy?: string }) => {
  container.imagePullPolicy ||= usualPullPolicy(container.image)
}

export class Container extends struct(
  {
    name: field(1, string, 'Name of the container, unique in the pod.', { required: true, check: isDns1123Label }),
    image: field(2, string, 'The image that is run.'),
    command: field(3, list(string, { listType: 'atomic' }), "The program and its first arguments, instead of the image's entry point."),
    args: field(4, list(string, { listType: 'atomic' }), 'Arguments, instead of those of the image.'),
    workingDir: field(5, string, 'Folder in which the program starts; that of the image when absent.'),
    ports: field(
      6,
      list(ContainerPort, { listType: 'map', keys: ['containerPort', 'protocol'], patchKey: 'containerPort', patchStrategy: 'merge' }),
      'Ports that the container says it listens on; others can be reached all the same.',
    ),
    envFrom: field(19, list(EnvFromSource, { listType: 'atomic' }), 'Config maps and secrets of which all keys become variables.'),
    env: field(
      7,
      list(EnvVar, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
      'Environment variables; they go before those of envFrom.',
    ),
    resources: field(8, ResourceRequirements, 'Compute resources that are asked for.', { written: true }),
    resizePolicy: field(
      23,
      list(ContainerResizePolicy, { listType: 'atomic' }),
      'Which resources can change without a restart (KEP-1287).',
    ),
    restartPolicy: field(
      24,
      known('Always', 'Never', 'OnFailure'),
      'Always makes an init container a sidecar; for other containers, it goes before that of the pod.',
      { explicit: true },
    ),
    restartPolicyRules: field(
      25,
      list(ContainerRestartRule, { listType: 'atomic' }),
      'When the container is restarted whatever its policy says, by exit code.',
    ),
    volumeMounts: field(
      9,
      list(VolumeMount, { listType: 'map', keys: ['mountPath'], patchKey: 'mountPath', patchStrategy: 'merge' }),
      'Volumes that are mounted in the container.',
    ),
    volumeDevices: field(
      21,
      list(VolumeDevice, { listType: 'map', keys: ['devicePath'], patchKey: 'devicePath', patchStrategy: 'merge' }),
      'Volumes that are given to the container as raw devices.',
    ),
    livenessProbe: field(10, Probe, 'Tells whether the container still works; when it does not, it is restarted.'),
    readinessProbe: field(11, Probe, 'Tells whether the container can serve; while it cannot, services leave the pod out.'),
    startupProbe: field(22, Probe, 'Tells whether the container has started; until then, the other probes wait.'),
    lifecycle: field(12, Lifecycle, 'What is run after the start and before the end.'),
    terminationMessagePath: field(13, string, 'File in the container from which its last words are read.', {
      default: '/dev/termination-log',
    }),
    terminationMessagePolicy: field(
      20,
      oneOf('File', 'FallbackToLogsOnError'),
      'Whether the end of the log serves when that file is empty and the container has failed.',
      { default: 'File' },
    ),
    imagePullPolicy: field(
      14,
      oneOf('Always', 'IfNotPresent', 'Never'),
      'When the image is pulled: Always (usual for the tag `latest`), IfNotPresent or Never.',
    ),
    securityContext: field(15, SecurityContext, 'Privileges and identities; they go before those of the pod.'),
    stdin: field(16, bool, 'Whether the container has an input that clients can attach to.'),
    stdinOnce: field(17, bool, 'Whether the input is closed when the first client that attached to it leaves.'),
    tty: field(18, bool, 'Whether the container has a terminal.'),
  },
  { fill: fillPullPolicy },
) {}

/** In protobuf the fields of an ephemeral container that it shares with the others stand in a message of their own. */
export class EphemeralContainerCommon extends struct(Container.fields) {}

export class EphemeralContainer extends struct(
  {
    ...inline(1, EphemeralContainerCommon),
    targetContainerName: field(2, string, 'The container whose processes it can see.'),
  },
  { fill: fillPullPolicy },
) {}
