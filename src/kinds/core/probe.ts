/** Probes and lifecycle hooks: what the kubelet runs against a container. */
import { isHttpHeaderName, isValidPortName, isValidPortNumber } from '#kinds/meta/names.ts'
import { int32, int64, intOrString, oneOf, string } from '#schema/scalars.ts'
import { field, inline, list } from '#schema/vocabulary.ts'
import { struct } from './group.ts'

const isPort = (port: number | string) => (typeof port === 'number' ? isValidPortNumber(port) : isValidPortName(port))
const isPositive = (seconds: number) => (seconds > 0 ? undefined : 'must be greater than 0')

export class ExecAction extends struct(
  {
    command: field(1, list(string, { listType: 'atomic' }), 'The command and its arguments, run without a shell.'),
  },
  {
    validate: ({ command = [] }, at) => {
      if (command.length === 0) at.key('command').required()
    },
  },
) {}

export class HTTPHeader extends struct({
  name: field(1, string, 'Name of the header.', { always: true }),
  value: field(2, string, 'Value of the header.', { always: true }),
}) {}

export class HTTPGetAction extends struct(
  {
    path: field(1, string, 'Path of the request.', { default: '/' }),
    port: field(2, intOrString, 'The port number or, where a name is possible, the name of a container port.', {
      always: true,
      check: isPort,
    }),
    host: field(3, string, "Host that is asked; the pod's own address when absent."),
    scheme: field(4, oneOf('HTTP', 'HTTPS'), 'HTTP or HTTPS; certificates are not verified.', { default: 'HTTP' }),
    httpHeaders: field(5, list(HTTPHeader, { listType: 'atomic' }), 'Headers that the request carries.'),
  },
  {
    validate: ({ httpHeaders = [] }, at) => {
      for (const { name } of httpHeaders) {
        const wrong = isHttpHeaderName(name)
        if (wrong) at.key('httpHeaders').invalid(name, wrong)
      }
    },
  },
) {}

export class TCPSocketAction extends struct({
  port: field(1, intOrString, 'The port number or, where a name is possible, the name of a container port.', {
    always: true,
    check: isPort,
  }),
  host: field(2, string, "Host to connect to; the pod's own address when absent."),
}) {}

export class GRPCAction extends struct({
  port: field(1, int32, 'Port of the gRPC server.', { always: true, check: isValidPortNumber }),
  service: field(2, string, 'The service that the health check asks about.', { explicit: true, default: '' }),
}) {}

export class SleepAction extends struct({
  seconds: field(1, int64, 'How long to wait, in seconds.', { always: true }),
}) {}

export class ProbeHandler extends struct({
  exec: field(1, ExecAction, 'Runs a command in the container; exit status 0 is success.'),
  httpGet: field(2, HTTPGetAction, 'Asks over HTTP; a status from 200 to 399 is success.'),
  tcpSocket: field(3, TCPSocketAction, 'Opens a TCP connection; a connection is success.'),
  grpc: field(4, GRPCAction, 'Asks the gRPC health service; SERVING is success.'),
}) {}

export class Probe extends struct(
  {
    ...inline(1, ProbeHandler),
    initialDelaySeconds: field(2, int32, 'Seconds after the start of the container before the first look.', { minimum: 0 }),
    timeoutSeconds: field(3, int32, 'Seconds after which a look has failed.', { default: 1, minimum: 0 }),
    periodSeconds: field(4, int32, 'Seconds from one look to the next.', { default: 10, minimum: 0 }),
    successThreshold: field(5, int32, 'Successes in a row that end a failure.', { default: 1, minimum: 0 }),
    failureThreshold: field(6, int32, 'Failures in a row that end a success.', { default: 3, minimum: 0 }),
    terminationGracePeriodSeconds: field(7, int64, 'Seconds for a clean end after this probe has failed; those of the pod when absent.', {
      explicit: true,
      check: isPositive,
    }),
  },
  { oneOf: { members: ['exec', 'httpGet', 'tcpSocket', 'grpc'], required: true, noun: 'handler type' } },
) {}

export class LifecycleHandler extends struct(
  {
    exec: field(1, ExecAction, 'Runs a command in the container.'),
    httpGet: field(2, HTTPGetAction, 'Asks over HTTP.'),
    tcpSocket: field(3, TCPSocketAction, 'No longer has an effect; kept for old objects.'),
    sleep: field(4, SleepAction, 'Waits.'),
  },
  { oneOf: { members: ['exec', 'httpGet', 'tcpSocket', 'sleep'], required: true, noun: 'handler type' } },
) {}

export class Lifecycle extends struct({
  postStart: field(1, LifecycleHandler, 'Runs right after the container has been created; failure ends the container.'),
  preStop: field(2, LifecycleHandler, 'Runs before the container is told to end, within the grace period.'),
  stopSignal: field(3, string, 'The signal that asks the container to end, instead of that of the image.', { explicit: true }),
}) {}
