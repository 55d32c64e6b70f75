/** Containers of a pod: regular, init and ephemeral ones. */

import { isDns1123Label, isIP, isValidPortName, isValidPortNumber } from '#kinds/meta/names.ts'
import { bool, int32, known, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { EnvFromSource, EnvVar } from './environment.ts'
import { struct } from './group.ts'
import { checkMount } from './mount-rules.ts'
import { usualPullPolicy } from './pod/image-name.ts'
import { Lifecycle, Probe } from './probe.ts'
import { ResourceRequirements } from './resources.ts'
import { SecurityContext } from './security-context.ts'

const isHostPort = (port: number) => (port === 0 ? undefined : isValidPortNumber(port))
const isTrimmed = (text: string) => (text.trim() === text ? undefined : 'must not have leading or trailing whitespace')

export class ContainerPort extends struct({
  name: field(1, string, 'Name.', { check: isValidPortName }),
  hostPort: field(2, int32, 'Host port.', { check: isHostPort }),
  containerPort: field(3, int32, 'Container port.', { required: true, check: isValidPortNumber }),
  protocol: field(4, oneOf('SCTP', 'TCP', 'UDP'), 'Protocol.', { default: 'TCP' }),
  hostIP: field(5, string, 'Host ip.', { check: isIP }),
}) {}

export class ContainerResizePolicy extends struct({
  resourceName: field(1, string, 'Resource name.', { required: true }),
  restartPolicy: field(2, oneOf('NotRequired', 'RestartContainer'), 'Restart policy.', { required: true }),
}) {}

export class ContainerRestartRuleOnExitCodes extends struct({
  operator: field(1, oneOf('In', 'NotIn'), 'Operator.', { required: true }),
  values: field(2, list(int32, { listType: 'set' }), 'Values.'),
}) {}

export class ContainerRestartRule extends struct({
  action: field(1, oneOf('Restart', 'RestartAllContainers'), 'Action.', { required: true }),
  exitCodes: field(2, ContainerRestartRuleOnExitCodes, 'Exit codes.'),
}) {}

export class VolumeMount extends struct(
  {
    name: field(1, string, 'Name.', { required: true }),
    readOnly: field(2, bool, 'Read only.'),
    recursiveReadOnly: field(7, oneOf('Disabled', 'Enabled', 'IfPossible'), 'Recursive read only.', { explicit: true }),
    mountPath: field(3, string, 'Mount path.', { required: true }),
    subPath: field(4, string, 'Sub path.'),
    mountPropagation: field(5, oneOf('Bidirectional', 'HostToContainer', 'None'), 'Mount propagation.', { explicit: true }),
    subPathExpr: field(6, string, 'Sub path expr.'),
  },
  { validate: checkMount },
) {}

export class VolumeDevice extends struct({
  name: field(1, string, 'Name.', { required: true }),
  devicePath: field(2, string, 'Device path.', { required: true }),
}) {}

const fillPullPolicy = (container: { image?: string; imagePullPolicy?: string }) => {
  container.imagePullPolicy ||= usualPullPolicy(container.image)
}

export class Container extends struct(
  {
    name: field(1, string, 'Name.', { required: true, check: isDns1123Label }),
    image: field(2, string, 'Image.', { check: isTrimmed }),
    command: field(3, list(string, { listType: 'atomic' }), 'Command.'),
    args: field(4, list(string, { listType: 'atomic' }), 'Args.'),
    workingDir: field(5, string, 'Working dir.'),
    ports: field(
      6,
      list(ContainerPort, { listType: 'map', keys: ['containerPort', 'protocol'], patchKey: 'containerPort', patchStrategy: 'merge' }),
      'Ports.',
    ),
    envFrom: field(19, list(EnvFromSource, { listType: 'atomic' }), 'Env from.'),
    env: field(7, list(EnvVar, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }), 'Env.'),
    resources: field(8, ResourceRequirements, 'Resources.', { written: true }),
    resizePolicy: field(23, list(ContainerResizePolicy, { listType: 'atomic' }), 'Resize policy.'),
    restartPolicy: field(24, known('Always', 'Never', 'OnFailure'), 'Restart policy.', { explicit: true }),
    restartPolicyRules: field(25, list(ContainerRestartRule, { listType: 'atomic' }), 'Restart policy rules.'),
    volumeMounts: field(
      9,
      list(VolumeMount, { listType: 'map', keys: ['mountPath'], patchKey: 'mountPath', patchStrategy: 'merge' }),
      'Volume mounts.',
    ),
    volumeDevices: field(
      21,
      list(VolumeDevice, { listType: 'map', keys: ['devicePath'], patchKey: 'devicePath', patchStrategy: 'merge' }),
      'Volume devices.',
    ),
    livenessProbe: field(10, Probe, 'Liveness probe.'),
    readinessProbe: field(11, Probe, 'Readiness probe.'),
    startupProbe: field(22, Probe, 'Startup probe.'),
    lifecycle: field(12, Lifecycle, 'Lifecycle.'),
    terminationMessagePath: field(13, string, 'Termination message path.', { default: '/dev/termination-log' }),
    terminationMessagePolicy: field(20, oneOf('File', 'FallbackToLogsOnError'), 'Termination message policy.', { default: 'File' }),
    imagePullPolicy: field(14, oneOf('Always', 'IfNotPresent', 'Never'), 'Image pull policy.'),
    securityContext: field(15, SecurityContext, 'Security context.'),
    stdin: field(16, bool, 'Stdin.'),
    stdinOnce: field(17, bool, 'Stdin once.'),
    tty: field(18, bool, 'Tty.'),
  },
  { fill: fillPullPolicy },
) {}

/** In protobuf the fields of an ephemeral container that it shares with the others stand in a message of their own. */
export class EphemeralContainerCommon extends struct(Container.fields, { fill: fillPullPolicy }) {}

export class EphemeralContainer extends struct({
  ...inline(1, EphemeralContainerCommon),
  targetContainerName: field(2, string, 'Target container name.'),
}) {}
