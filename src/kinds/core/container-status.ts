/** What is observed of a container. */
import { bool, int32, int64, known, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'
import { ResourceRequirements, resourceList } from './resources.ts'

export class ContainerStateWaiting extends struct({
  reason: field(1, string, 'Why the container does not run yet, such as ImagePullBackOff.'),
  message: field(2, string, 'A sentence for people.'),
}) {}

export class ContainerStateRunning extends struct({
  startedAt: field(1, time, 'When the container was last started.'),
}) {}

export class ContainerStateTerminated extends struct({
  exitCode: field(1, int32, 'Exit status of the container.', { always: true }),
  signal: field(2, int32, 'The signal that ended it, if it was one.'),
  reason: field(3, string, 'Why it ended, such as Completed, Error or OOMKilled.'),
  message: field(4, string, 'Its last words.'),
  startedAt: field(5, time, 'When it was started.'),
  finishedAt: field(6, time, 'When it ended.'),
  containerID: field(7, string, 'The container, as `<runtime>://<id>`.'),
}) {}

export class ContainerState extends struct({
  waiting: field(1, ContainerStateWaiting, 'It does not run yet, or not again yet.'),
  running: field(2, ContainerStateRunning, 'It runs.'),
  terminated: field(3, ContainerStateTerminated, 'It has ended.'),
}) {}

export class ImageVolumeStatus extends struct({
  imageRef: field(1, string, 'Digest of the image that is mounted.', { required: true }),
}) {}

export class VolumeStatus extends struct({
  image: field(1, ImageVolumeStatus, 'State of an image volume.'),
}) {}

export class VolumeMountStatus extends struct({
  name: field(1, string, 'The volume that is mounted.', { always: true }),
  mountPath: field(2, string, 'Where it is mounted.', { always: true }),
  readOnly: field(3, bool, 'Whether it can only be read.'),
  recursiveReadOnly: field(4, known('Disabled', 'IfPossible', 'Enabled'), 'Whether mounts below are read-only as well.', {
    explicit: true,
  }),
  volumeStatus: field(5, VolumeStatus, 'More about the volume.'),
}) {}

export class LinuxContainerUser extends struct({
  uid: field(1, int64, 'User id of the first process.', { always: true }),
  gid: field(2, int64, 'Group id of the first process.', { always: true }),
  supplementalGroups: field(3, list(int64, { listType: 'atomic' }), 'Further group ids of the first process.'),
}) {}

export class ContainerUser extends struct({
  linux: field(1, LinuxContainerUser, 'The identity, on Linux.'),
}) {}

export class ResourceHealth extends struct({
  resourceID: field(1, string, 'The device, unique among those of its resource.', { always: true }),
  health: field(2, known('Healthy', 'Unhealthy', 'Unknown'), 'Healthy, Unhealthy or Unknown.'),
  message: field(6, string, 'A sentence for people.', { explicit: true }),
}) {}

export class ResourceStatus extends struct({
  name: field(1, string, 'The resource; for claims `claim:<claim>/<request>`.', { required: true }),
  resources: field(2, list(ResourceHealth, { listType: 'map', keys: ['resourceID'] }), 'Health of each device.'),
}) {}

export class ContainerStatus extends struct({
  name: field(1, string, 'The container of the spec that is described.', { always: true }),
  state: field(2, ContainerState, 'How it is now.', { written: true }),
  lastState: field(3, ContainerState, 'How it ended the last time, if it was restarted.', { written: true }),
  ready: field(4, bool, 'Whether it has started and its readiness probe succeeds.', { always: true }),
  restartCount: field(5, int32, 'How often it was restarted.', { always: true }),
  image: field(6, string, 'The image that runs.', { always: true }),
  imageID: field(7, string, "The image's identity in the registry or runtime.", { always: true }),
  containerID: field(8, string, 'The container, as `<runtime>://<id>`.'),
  started: field(9, bool, 'Whether it has started and its startup probe has succeeded.', { explicit: true }),
  allocatedResources: field(10, resourceList, 'Amounts that the node has set aside for it.'),
  resources: field(11, ResourceRequirements, 'Amounts that are in force.'),
  volumeMounts: field(
    12,
    list(VolumeMountStatus, { listType: 'map', keys: ['mountPath'], patchKey: 'mountPath', patchStrategy: 'merge' }),
    'How its volumes are mounted.',
  ),
  user: field(13, ContainerUser, 'The identity of its first process.'),
  allocatedResourcesStatus: field(
    14,
    list(ResourceStatus, { listType: 'map', keys: ['name'], patchKey: 'name', patchStrategy: 'merge' }),
    'Health of its devices.',
  ),
  stopSignal: field(15, string, 'The signal that asks it to end.', { explicit: true }),
}) {}
