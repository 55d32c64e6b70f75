/** Probes and lifecycle hooks: what the kubelet runs against a container. */
import { isHttpHeaderName, isValidPortName, isValidPortNumber } from '#kinds/meta/names.ts'
import { int32, int64, intOrString, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

const isPort = (port: number | string) => (typeof port === 'number' ? isValidPortNumber(port) : isValidPortName(port))
const isPositive = (seconds: number) => (seconds > 0 ? undefined : 'must be greater than 0')

export class ExecAction extends struct(
  {
    command: field(1, list(string, { listType: 'atomic' }), 'Command.'),
  },
  {
    validate: ({ command = [] }, at) => {
      if (command.length === 0) at.key('command').required()
    },
  },
) {}

export class HTTPHeader extends struct({
  name: field(1, string, 'Name.', { required: true, check: isHttpHeaderName }),
  value: field(2, string, 'Value.', { always: true }),
}) {}

export class HTTPGetAction extends struct({
  path: field(1, string, 'Path.', { default: '/' }),
  port: field(2, intOrString, 'Port.', { always: true, check: isPort }),
  host: field(3, string, 'Host.'),
  scheme: field(4, oneOf('HTTP', 'HTTPS'), 'Scheme.', { default: 'HTTP' }),
  httpHeaders: field(5, list(HTTPHeader, { listType: 'atomic' }), 'Http headers.'),
}) {}

export class TCPSocketAction extends struct({
  port: field(1, intOrString, 'Port.', { always: true, check: isPort }),
  host: field(2, string, 'Host.'),
}) {}

export class GRPCAction extends struct({
  port: field(1, int32, 'Port.', { always: true, check: isValidPortNumber }),
  service: field(2, string, 'Service.', { explicit: true, default: '' }),
}) {}

export class SleepAction extends struct({
  seconds: field(1, int64, 'Seconds.', { always: true }),
}) {}

export class ProbeHandler extends struct({
  exec: field(1, ExecAction, 'Exec.'),
  httpGet: field(2, HTTPGetAction, 'Http get.'),
  tcpSocket: field(3, TCPSocketAction, 'Tcp socket.'),
  grpc: field(4, GRPCAction, 'Grpc.'),
}) {}

export class Probe extends struct(
  {
    ...inline(1, ProbeHandler),
    initialDelaySeconds: field(2, int32, 'Initial delay seconds.', { minimum: 0 }),
    timeoutSeconds: field(3, int32, 'Timeout seconds.', { default: 1, minimum: 0 }),
    periodSeconds: field(4, int32, 'Period seconds.', { default: 10, minimum: 0 }),
    successThreshold: field(5, int32, 'Success threshold.', { default: 1, minimum: 0 }),
    failureThreshold: field(6, int32, 'Failure threshold.', { default: 3, minimum: 0 }),
    terminationGracePeriodSeconds: field(7, int64, 'Termination grace period seconds.', { explicit: true, check: isPositive }),
  },
  { oneOf: { members: ['exec', 'httpGet', 'tcpSocket', 'grpc'], required: true, noun: 'handler type' } },
) {}

export class LifecycleHandler extends struct(
  {
    exec: field(1, ExecAction, 'Exec.'),
    httpGet: field(2, HTTPGetAction, 'Http get.'),
    tcpSocket: field(3, TCPSocketAction, 'Tcp socket.'),
    sleep: field(4, SleepAction, 'Sleep.'),
  },
  { oneOf: { members: ['exec', 'httpGet', 'tcpSocket', 'sleep'], required: true, noun: 'handler type' } },
) {}

export class Lifecycle extends struct({
  postStart: field(1, LifecycleHandler, 'Post start.'),
  preStop: field(2, LifecycleHandler, 'Pre stop.'),
  stopSignal: field(3, string, 'Stop signal.', { explicit: true }),
}) {}
