/** What is observed of a container. */
import { bool, int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ResourceRequirements, resourceList } from './resources.ts'

export class ContainerStateWaiting extends struct({
  reason: field(1, string, 'Reason.'),
  message: field(2, string, 'Message.'),
}) {}

export class ContainerStateRunning extends struct({
  startedAt: field(1, time, 'Started at.'),
}) {}

export class ContainerStateTerminated extends struct({
  exitCode: field(1, int32, 'Exit code.', { always: true }),
  signal: field(2, int32, 'Signal.'),
  reason: field(3, string, 'Reason.'),
  message: field(4, string, 'Message.'),
  startedAt: field(5, time, 'Started at.'),
  finishedAt: field(6, time, 'Finished at.'),
  containerID: field(7, string, 'Container id.'),
}) {}

export class ContainerState extends struct({
  waiting: field(1, ContainerStateWaiting, 'Waiting.'),
  running: field(2, ContainerStateRunning, 'Running.'),
  terminated: field(3, ContainerStateTerminated, 'Terminated.'),
}) {}

export class ImageVolumeStatus extends struct({
  imageRef: field(1, string, 'Image ref.', { required: true }),
}) {}

export class VolumeStatus extends struct({
  image: field(1, ImageVolumeStatus, 'Image.'),
}) {}

export class VolumeMountStatus extends struct({
  name: field(1, string, 'Name.', { always: true }),
  mountPath: field(2, string, 'Mount path.', { always: true }),
  readOnly: field(3, bool, 'Read only.'),
  recursiveReadOnly: field(4, known('Disabled', 'IfPossible', 'Enabled'), 'Recursive read only.', { explicit: true }),
  volumeStatus: field(5, VolumeStatus, 'Volume status.'),
}) {}

export class LinuxContainerUser extends struct({
  uid: field(1, int64, 'Uid.', { always: true }),
  gid: field(2, int64, 'Gid.', { always: true }),
  supplementalGroups: field(3, list(int64, { listType: 'atomic' }), 'Supplemental groups.'),
}) {}

export class ContainerUser extends struct({
  linux: field(1, LinuxContainerUser, 'Linux.'),
}) {}

export class ResourceHealth extends struct({
  resourceID: field(1, string, 'Resource id.', { always: true }),
  health: field(2, known('Healthy', 'Unhealthy', 'Unknown'), 'Health.'),
  message: field(6, string, 'Message.', { explicit: true }),
}) {}

export class ResourceStatus extends struct({
  name: field(1, string, 'Name.', { required: true }),
  resources: field(2, list(ResourceHealth, { listType: 'map', keys: ['resourceID'] }), 'Resources.'),
}) {}

export class ContainerStatus extends struct({
  name: field(1, string, 'Name.', { always: true }),
  state: field(2, ContainerState, 'State.', { written: true }),
  lastState: field(3, ContainerState, 'Last state.', { written: true }),
  ready: field(4, bool, 'Ready.', { always: true }),
  restartCount: field(5, int32, 'Restart count.', { always: true }),
  image: field(6, string, 'Image.', { always: true }),
  imageID: field(7, string, 'Image id.', { always: true }),
  containerID: field(8, string, 'Container id.'),
  started: field(9, bool, 'Started.', { explicit: true }),
  allocatedResources: field(10, resourceList, 'Allocated resources.'),
  resources: field(11, ResourceRequirements, 'Resources.'),
  volumeMounts: field(
    12,
    list(VolumeMountStatus, { listType: 'map', keys: ['mountPath'], patchKey: 'mountPath', patchStrategy: 'merge' }),
    'Volume mounts.',
  ),
  user: field(13, ContainerUser, 'User.'),
  allocatedResourcesStatus: field(
    14,
    list(ResourceStatus, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    'Allocated resources status.',
  ),
  stopSignal: field(15, string, 'Stop signal.', { explicit: true }),
}) {}
