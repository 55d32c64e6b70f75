/** The kubelet's HTTPS API, as the API server and metrics collectors ask it: logs, exec, attach, port forwarding, pods, health. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'
import { isGrpcError } from '#base/grpc/client.ts'
import { shownSettings } from '../configuration/shown.ts'
import type { PodContext } from '../pods/context.ts'
import type { PodWorkers } from '../pods/workers.ts'
import { Denied } from './denied.ts'
import { NotAvailable } from './log-choice.ts'
import { containerLog } from './logs.ts'
import { accountsOf, ownMetrics } from './accounts.ts'
import { resourceMetrics, summary } from './stats.ts'
import { serveNodeLogs } from './node-logs/endpoint.ts'
import { WrongQuery } from './node-logs/query.ts'
import { subresourcesOf, verbOf } from './permission.ts'
import { forwardPorts, PORT_FORWARD } from './port-forward.ts'
import { attachUrl, execUrl, NotFound, portForwardUrl } from './streams.ts'
import { dial, join, upgradeRequest } from './upstream.ts'
import { bridgeCommand, bridgeForwarding } from './websocket.ts'

export interface Asker {
  readonly name: string
  readonly groups: readonly string[]
}
export interface ServeOptions {
  /** Certificate and key of this node, and the authority of the clients. Without them the server speaks plain HTTP, for tests. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientAuthority: string }
  /** Who shows a bearer token; undefined when it is not valid. Without it only certificates are taken. */
  readonly identify?: (token: string) => Promise<Asker | undefined>
  /** Whether somebody may do something with a subresource of this node; verbs as of the API. */
  readonly authorize: (asker: Asker, verb: string, subresource: string) => Promise<boolean>
  /** The port that is taken if it is free; else, and by default, the system picks one. */
  readonly port?: number
  readonly host?: string
}
export interface Serving extends AsyncDisposable {
  readonly port: number
}
/** What an endpoint works with. */
export interface Surroundings {
  readonly workers: () => PodWorkers
  readonly context: () => PodContext
}
type Endpoint = (place: Place, request: IncomingMessage, response: ServerResponse) => Promise<void>
interface Place extends Surroundings {
  readonly url: URL
  readonly endpoint: string
  /** The path's parts after the endpoint's name. */
  readonly parts: readonly string[]
}

const GET: Readonly<Record<string, Endpoint>> = {
  healthz: async (_, _request, response) => void response.end('ok'),
  configz: async ({ context }, _, response) => sendJson(response, { kubeletconfig: shownSettings(context().settings) }),
  pods: async ({ workers }, _, response) => sendJson(response, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: workers().pods }),
  runningpods: async ({ workers, context }, _, response) => {
    const items = workers().pods.filter(({ metadata }) =>
      context()
        .observer.pods.get(metadata.uid ?? '')
        ?.containers.some(({ phase }) => phase === 'running'),
    )
    sendJson(response, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items })
  },
  stats: async ({ parts, url, workers, context }, _, response) => {
    if (parts[0] !== 'summary') throw new Denied(404, '404 page not found')
    const isBrief = ['1', 'true'].includes(url.searchParams.get('only_cpu_and_memory') ?? '')
    sendJson(response, summary(await accountsOf(workers(), context(), { isBrief })))
  },
  metrics: async ({ parts, workers, context }, _, response) => {
    if (parts[0] && parts[0] !== 'resource') throw new Denied(404, '404 page not found')
    response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
    if (parts[0] === 'resource') response.end(resourceMetrics(await accountsOf(workers(), context(), { isBrief: true })))
    else response.end(ownMetrics(workers(), context()))
  },
  logs: async ({ url, context }, request, response) => {
    const { systemLogs } = context().settings
    if (!systemLogs.areServed) throw new Denied(405, 'logs endpoint is disabled.')
    await serveNodeLogs({ ...systemLogs, folder: context().folders.systemLogs }, url, { request, response })
  },
  containerLogs: async ({ parts, url, workers, context }, request, response) => {
    const [namespace = '', name = '', container = ''] = parts
    const ended = new AbortController()
    request.on('close', () => ended.abort())
    response.on('close', () => ended.abort())
    const log = await containerLog(
      { namespace, name, container, query: url.searchParams, signal: ended.signal },
      { workers: workers(), context: context() },
    )
    response.setHeader('Content-Type', 'text/plain')
    // Followers are to know at once that they follow.
    response.flushHeaders()
    await pipeline(log, response).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error
    })
  },
}

/** A command to be executed stands in the path's query: whatever the API server takes must fit. */
const HEAD_MAX_BYTES = 64 * 1024

/** Starts to listen. Throws when there is no such address. */
export async function serve(options: ServeOptions, surroundings: Surroundings): Promise<Serving> {
  const { tls, port = 0, host } = options
  const answer = (request: IncomingMessage, response: ServerResponse) => void handle(options, surroundings, request, response)
  const server = tls
    ? createSecureServer(
        {
          cert: tls.certificate,
          key: tls.key,
          ca: tls.clientAuthority,
          requestCert: true,
          rejectUnauthorized: false,
          maxHeaderSize: HEAD_MAX_BYTES,
        },
        answer,
      )
    : createServer({ maxHeaderSize: HEAD_MAX_BYTES }, answer)
  const upgrades = new Set<Duplex>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrades.add(socket)
    // Streams carry keystrokes: none of them waits for more to come.
    if (socket instanceof Socket) socket.setNoDelay(true)
    socket.once('close', () => upgrades.delete(socket))
    socket.on('error', () => socket.destroy())
    void upgrade(options, surroundings, { request, socket, head })
  })
  const listening = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listening(port).catch((error: NodeJS.ErrnoException) => {
    if (!port || error.code !== 'EADDRINUSE') throw error
    return listening(0)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of upgrades) socket.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Throws Denied unless the client may. */
async function admit(options: ServeOptions, request: IncomingMessage, path: string): Promise<void> {
  if (!options.tls) return
  const asker = await askerOf(options, request)
  if (!asker) throw new Denied(401, 'Unauthorized')
  const verb = verbOf(request.method)
  const subresources = subresourcesOf(path)
  for (const subresource of subresources) if (await options.authorize(asker, verb, subresource)) return
  throw new Denied(403, `Forbidden (user=${asker.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(' ')}])`)
}
/** By certificate, else by token. */
async function askerOf({ identify }: ServeOptions, request: IncomingMessage): Promise<Asker | undefined> {
  const socket = request.socket as TLSSocket
  if (socket.authorized) {
    const { CN: name = '', O: groups = [] } = socket.getPeerCertificate().subject as { CN?: string; O?: string | string[] }
    return { name, groups: [groups].flat() }
  }
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return token === undefined ? undefined : await identify?.(token)
}
function placeOf(request: IncomingMessage, surroundings: Surroundings): Place {
  const url = new URL(request.url ?? '/', 'http://kubelet')
  const [endpoint = '', ...parts] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
  return { ...surroundings, url, endpoint, parts }
}

async function handle(
  options: ServeOptions,
  surroundings: Surroundings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const place = placeOf(request, surroundings)
    await admit(options, request, place.url.pathname)
    const endpoint = GET[place.endpoint]
    if (endpoint && request.method === 'GET') await endpoint(place, request, response)
    else if (['exec', 'attach', 'portForward'].includes(place.endpoint))
      throw new Denied(400, 'you must specify at least 1 of stdin, stdout, stderr, and ask for an upgrade of the connection')
    else throw new Denied(404, '404 page not found')
  } catch (error) {
    const { code, message } = failureOf(error, surroundings)
    if (response.headersSent) response.destroy()
    else response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
  }
}

async function upgrade(
  options: ServeOptions,
  surroundings: Surroundings,
  connection: { request: IncomingMessage; socket: Duplex; head: Buffer },
): Promise<void> {
  const { request, socket, head } = connection
  let isTaken = false
  const whole = { ...connection, taken: () => void (isTaken = true) }
  try {
    const place = placeOf(request, surroundings)
    await admit(options, request, place.url.pathname)
    const url = await urlOf(place)
    const forwarding = { open: () => urlOf(place), log: place.context().log }
    if ((request.headers.upgrade ?? '').toLowerCase() === 'websocket') {
      if (place.endpoint === 'portForward') return await bridgeForwarding(whole, place.url.searchParams, forwarding)
      return await bridgeCommand(whole, url, { ...wishOf(place.url.searchParams), clock: place.context().clock })
    }
    if (place.endpoint === 'portForward') {
      whole.taken()
      socket.write(switching({ 'X-Stream-Protocol-Version': PORT_FORWARD }))
      return await forwardPorts(socket, { ...forwarding, head })
    }
    const runtime = await dial(url)
    const protocols = [request.headers['x-stream-protocol-version'] ?? []]
      .flat()
      .flatMap(value => value.split(',').map(name => name.trim()))
    runtime.write(upgradeRequest(url, protocols))
    if (head.length) runtime.write(head)
    join(socket, runtime)
  } catch (error) {
    const { code, message } = failureOf(error, surroundings)
    if (isTaken) socket.destroy()
    else if (socket.writable)
      socket.end(
        `HTTP/1.1 ${code} ${code === 404 ? 'Not Found' : 'Error'}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
      )
  }
}

/** The answer after which both sides speak SPDY. */
const switching = (headers: Readonly<Record<string, string>>) =>
  [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n')

function urlOf({ endpoint, parts, url, workers, context }: Place): Promise<URL> {
  const at = { workers: workers(), context: context() }
  // Between pod and container the pod's UID may stand.
  const [namespace = '', name = '', ...rest] = parts
  const query = url.searchParams
  if (endpoint === 'exec')
    return execUrl({ namespace, name, container: rest.at(-1) ?? '', command: query.getAll('command'), ...wishOf(query) }, at)
  if (endpoint === 'attach') return attachUrl({ namespace, name, container: rest.at(-1) ?? '', ...wishOf(query) }, at)
  if (endpoint === 'portForward') return portForwardUrl({ namespace, name, ports: query.getAll('port').map(Number) }, at)
  throw new Denied(404, '404 page not found')
}
function wishOf(query: URLSearchParams) {
  const is = (...names: string[]) => names.some(name => ['1', 'true'].includes(query.get(name) ?? ''))
  return { stdin: is('input', 'stdin'), stdout: is('output', 'stdout'), stderr: is('error', 'stderr') && !is('tty'), tty: is('tty') }
}

const sendJson = (response: ServerResponse, value: unknown) =>
  void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value))

function failureOf(error: unknown, { context }: Surroundings): { code: number; message: string } {
  if (error instanceof Denied || error instanceof WrongQuery) return error
  if (error instanceof NotFound) return { code: 404, message: error.message }
  if (error instanceof NotAvailable) return { code: 400, message: error.message }
  if (!isGrpcError(error)) context().log.error({ error }, 'request to the kubelet failed')
  return { code: 500, message: (error as Error).message }
}
