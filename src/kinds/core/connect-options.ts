/** Options of the streaming subresources of pods, services and nodes. */
import { bool, int32, int64, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PodAttachOptions extends struct({
  stdin: field(1, bool, 'Whether the stream to the container is opened.'),
  stdout: field(2, bool, "Whether the container's output is streamed."),
  stderr: field(3, bool, "Whether the container's errors are streamed."),
  tty: field(4, bool, 'Whether the container has a terminal.'),
  container: field(5, string, 'Name of the container; needed when the pod has several.'),
}) {}

export class PodExecOptions extends struct({
  stdin: field(1, bool, 'Whether the stream to the container is opened.'),
  stdout: field(2, bool, "Whether the container's output is streamed."),
  stderr: field(3, bool, "Whether the container's errors are streamed."),
  tty: field(4, bool, 'Whether the container has a terminal.'),
  container: field(5, string, 'Name of the container; needed when the pod has several.'),
  command: field(6, list(string, { listType: 'atomic' }), 'The command and its arguments, run without a shell.', { always: true }),
}) {}

export class PodLogOptions extends struct({
  container: field(1, string, 'Name of the container; needed when the pod has several.'),
  follow: field(2, bool, 'Whether the stream goes on as more is written.'),
  previous: field(3, bool, 'Whether the log of the container before its last restart is meant.'),
  sinceSeconds: field(4, int64, 'Only lines of this many last seconds.', { explicit: true }),
  sinceTime: field(5, time, 'Only lines from this time on.'),
  timestamps: field(6, bool, 'Whether each line begins with its time.'),
  tailLines: field(7, int64, 'Only this many last lines.', { explicit: true }),
  limitBytes: field(8, int64, 'No more than this many bytes.', { explicit: true }),
  insecureSkipTLSVerifyBackend: field(9, bool, "Whether the kubelet's certificate goes unverified."),
  stream: field(10, string, 'All, Stdout or Stderr.', { explicit: true }),
}) {}

export class PodPortForwardOptions extends struct({
  ports: field(1, list(int32, { listType: 'atomic' }), 'The ports to forward.'),
}) {}

export class PodProxyOptions extends struct({
  path: field(1, string, 'Path of the request at the pod.'),
}) {}

export class ServiceProxyOptions extends struct({
  path: field(1, string, 'Path of the request at the service.'),
}) {}

export class NodeProxyOptions extends struct({
  path: field(1, string, 'Path of the request at the kubelet.'),
}) {}
