/** What probes and hooks do to a container: run a command, ask over HTTP, open a connection, ask a gRPC health service. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { dialFailure } from '#base/dial-failure.ts'
import { bracketed } from '#base/cidr.ts'
import { goError, GrpcClient, isGrpcError, method } from '#base/grpc/client.ts'
import { int, message, text } from '#base/grpc/message.ts'
import type { Container } from '#kinds/core/container.ts'
import type { HTTPGetAction, Probe } from '#kinds/core/probe.ts'
import type { Runtime } from '../runtime/cri/client.ts'
import { expand } from '../runtime/expansion.ts'

export interface Target {
  readonly runtime: Runtime
  readonly containerId: string
  readonly container: Pick<Container, 'ports' | 'env'>
  /** The pod's own address. */
  readonly ip: string
}
/** `output` is what people are told. */
export interface Outcome {
  readonly isSuccess: boolean
  readonly output: string
  /** It counts as success, but people are told. */
  readonly isWarning?: true
  /** Nothing was found out, as the container could not even be asked; `output` says why. */
  readonly isUnknown?: true
  /** How a command failed, where its output does not tell. */
  readonly error?: string
}
export type Action = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'>

/** More output of a probe helps nobody. Upstream: maxProbeMessageLength, and 10 KiB of a body. */
const OUTPUT_MAX_CHARACTERS = 10_240
const REDIRECTS_MAX = 10
/** By this name servers tell probes from other clients, over HTTP and gRPC. */
const AGENT = 'kube-probe/1.36'

/** Runs one action within a time limit in milliseconds. Never throws for what the container does wrong. */
export async function act(action: Action, target: Target, timeoutMs: number): Promise<Outcome> {
  if (action.exec) return execute(commandOf(action.exec.command ?? [], target), target, timeoutMs)
  const named = action.httpGet ?? action.tcpSocket
  if (named && !isPort(portOf(named.port, target.container)))
    return { isSuccess: false, isUnknown: true, output: `couldn't find port: ${JSON.stringify(String(named.port))}` }
  if (action.httpGet) return httpGet(urlOf(action.httpGet, target), headersOf(action.httpGet), timeoutMs)
  if (action.tcpSocket) return open(action.tcpSocket.host || target.ip, portOf(action.tcpSocket.port, target.container), timeoutMs)
  if (action.grpc) return health(`${bracketed(target.ip)}:${action.grpc.port}`, action.grpc.service ?? '', timeoutMs)
  return { isSuccess: true, output: '' }
}

async function execute(cmd: readonly string[], { runtime, containerId }: Target, timeoutMs: number): Promise<Outcome> {
  const timeout = Math.ceil(timeoutMs / 1000)
  try {
    const { stdout, stderr, exitCode } = await runtime.execSync({ containerId, cmd, timeout }, { timeoutMs: timeoutMs + EXEC_SPARE_MS })
    const output = Buffer.concat([stdout, stderr]).toString().slice(0, OUTPUT_MAX_CHARACTERS)
    if (exitCode === 0) return { isSuccess: true, output }
    return { isSuccess: false, output, error: `command '${cmd.join(' ')}' exited with ${exitCode}: ${stderr.toString()}` }
  } catch (error) {
    if (isGrpcError(error, 'DEADLINE_EXCEEDED'))
      return { isSuccess: false, output: `command timed out: ${JSON.stringify(cmd.join(' '))} timed out after ${timeout}s` }
    if (isGrpcError(error)) return { isSuccess: false, isUnknown: true, output: goError(error) }
    throw error
  }
}
/** Only what the container's variables say as they are written: the others are known inside it. */
function commandOf(command: readonly string[], { container: { env = [] } }: Target): readonly string[] {
  const values = new Map(env.map(({ name, value = '' }) => [name, value]))
  return command.map(word => expand(word, name => values.get(name)))
}
/** The runtime keeps the time; only a runtime that hangs is given up, this much later. */
const EXEC_SPARE_MS = 5_000

/** A number, or the name of one of the container's ports; NaN when there is none of that name. */
export const portOf = (port: number | string, { ports = [] }: Pick<Container, 'ports'>): number =>
  typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? Number(port))

const isPort = (port: number) => port > 0 && port < 65_536

function urlOf({ scheme, host, port, path }: HTTPGetAction, { ip, container }: Target): URL {
  const place = path ?? '/'
  return new URL(
    `${(scheme ?? 'HTTP').toLowerCase()}://${bracketed(host || ip)}:${portOf(port, container)}${place.startsWith('/') ? '' : '/'}${place}`,
  )
}
function headersOf({ httpHeaders = [] }: HTTPGetAction): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'user-agent': AGENT, accept: '*/*', connection: 'close' }
  const own = Map.groupBy(httpHeaders, ({ name }) => name.toLowerCase())
  for (const [name, values] of own) headers[name] = values.length === 1 ? (values[0]?.value ?? '') : values.map(({ value }) => value)
  // An empty value takes the header away.
  for (const name of ['accept', 'user-agent']) if (headers[name] === '') delete headers[name]
  return headers
}

async function httpGet(url: URL, headers: Record<string, string | string[]>, timeoutMs: number): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs)
  let at = url
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const answer = await get(at, headers, signal)
    if (typeof answer === 'string') return { isSuccess: false, output: `Get "${written(url)}": ${answer}` }
    const { code, location, body } = answer
    if (code < 200 || code >= 400) return { isSuccess: false, output: `HTTP probe failed with statuscode: ${code}` }
    if (code < 300 || !location) return { isSuccess: true, output: body }
    const next = new URL(location, at)
    // Another host is not this container's business: that it redirects there is success.
    if (next.hostname !== url.hostname)
      return { isSuccess: true, isWarning: true, output: `Probe terminated redirects, Response body: ${body}` }
    at = next
  }
  return { isSuccess: false, output: `Get "${written(url)}": stopped after ${REDIRECTS_MAX} redirects` }
}

interface Answer {
  readonly code: number
  readonly location: string | undefined
  readonly body: string
}
/** With its port, also where it is the usual one. */
const hostOf = ({ host, port, protocol }: URL): string => (port ? host : `${host}:${protocol === 'https:' ? 443 : 80}`)
const written = (url: URL): string => `${url.protocol}//${hostOf(url)}${url.pathname}${url.search}`

/** The answer, or what went wrong. */
function get(url: URL, headers: Record<string, string | string[]>, signal: AbortSignal): Promise<Answer | string> {
  return new Promise(resolve => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const failed = (error: unknown) =>
      resolve(
        signal.aborted ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)' : dialFailure(error, hostOf(url)),
      )
    const sent = send(url, { headers, signal, agent: false, rejectUnauthorized: false }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (body.length < OUTPUT_MAX_CHARACTERS) body += chunk
      })
      response.on('end', () =>
        resolve({ code: response.statusCode ?? 0, location: response.headers.location, body: body.slice(0, OUTPUT_MAX_CHARACTERS) }),
      )
      response.on('error', failed)
    })
    sent.on('error', failed)
    sent.end()
  })
}

function open(host: string, port: number, timeoutMs: number): Promise<Outcome> {
  return new Promise(resolve => {
    const at = `${bracketed(host)}:${port}`
    const socket = connect({ host, port, timeout: timeoutMs })
    const end = (isSuccess: boolean, output: string) => {
      socket.destroy()
      resolve({ isSuccess, output })
    }
    socket.once('connect', () => end(true, ''))
    socket.once('timeout', () => end(false, `dial tcp ${at}: i/o timeout`))
    socket.once('error', error => end(false, dialFailure(error, at)))
  })
}

/** grpc.health.v1 */
const HealthCheckRequest = message({ service: text(1) })
const HealthCheckResponse = message({ status: int(1) })
const CHECK = method('/grpc.health.v1.Health/Check', HealthCheckRequest, HealthCheckResponse)
const SERVING = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']

async function health(at: string, service: string, timeoutMs: number): Promise<Outcome> {
  using client = new GrpcClient(at, { agent: AGENT })
  try {
    const { status } = await client.call(CHECK, { service }, { timeoutMs })
    return status === 1
      ? { isSuccess: true, output: 'service healthy' }
      : { isSuccess: false, output: `service unhealthy (responded with "${SERVING[status] ?? status}")` }
  } catch (error) {
    if (!isGrpcError(error)) throw error
    if (error.code === 'UNIMPLEMENTED')
      return { isSuccess: false, output: 'server does not implement the grpc health protocol (grpc.health.v1.Health)' }
    if (error.code === 'DEADLINE_EXCEEDED' || error.code === 'UNAVAILABLE')
      return {
        isSuccess: false,
        output: `timeout: failed to connect service ${JSON.stringify(at)} within ${timeoutMs / 1000}s: context deadline exceeded`,
      }
    return { isSuccess: false, output: `error: health rpc probe failed: ${error.message}` }
  }
}
