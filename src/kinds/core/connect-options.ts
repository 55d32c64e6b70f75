/** Options of the streaming subresources of pods, services and nodes. */
import { bool, int32, int64, string, time } from '#schema/scalars.ts'
import { field, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

export class PodAttachOptions extends struct({
  stdin: field(1, bool, 'Stdin.'),
  stdout: field(2, bool, 'Stdout.'),
  stderr: field(3, bool, 'Stderr.'),
  tty: field(4, bool, 'Tty.'),
  container: field(5, string, 'Container.'),
}) {}

export class PodExecOptions extends struct({
  stdin: field(1, bool, 'Stdin.'),
  stdout: field(2, bool, 'Stdout.'),
  stderr: field(3, bool, 'Stderr.'),
  tty: field(4, bool, 'Tty.'),
  container: field(5, string, 'Container.'),
  command: field(6, list(string, { listType: 'atomic' }), 'Command.', { always: true }),
}) {}

export class PodLogOptions extends struct({
  container: field(1, string, 'Container.'),
  follow: field(2, bool, 'Follow.'),
  previous: field(3, bool, 'Previous.'),
  sinceSeconds: field(4, int64, 'Since seconds.', { explicit: true }),
  sinceTime: field(5, time, 'Since time.'),
  timestamps: field(6, bool, 'Timestamps.'),
  tailLines: field(7, int64, 'Tail lines.', { explicit: true }),
  limitBytes: field(8, int64, 'Limit bytes.', { explicit: true }),
  insecureSkipTLSVerifyBackend: field(9, bool, 'Insecure skip tls verify backend.'),
  stream: field(10, string, 'Stream.', { explicit: true }),
}) {}

export class PodPortForwardOptions extends struct({
  ports: field(1, list(int32, { listType: 'atomic' }), 'Ports.'),
}) {}

export class PodProxyOptions extends struct({
  path: field(1, string, 'Path.'),
}) {}

export class ServiceProxyOptions extends struct({
  path: field(1, string, 'Path.'),
}) {}

export class NodeProxyOptions extends struct({
  path: field(1, string, 'Path.'),
}) {}
