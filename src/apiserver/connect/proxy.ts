/** Proxy: plain HTTP to a pod, a service or a node, through the API server. */
import { EndpointSlice } from '#kinds/discovery/endpoint-slice.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import { Service } from '#kinds/core/service.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import type { Result } from '../result.ts'
import type { Action } from '../route.ts'
import { validate } from '../verbs/admit.ts'
import { type Backend, type KubeletAccess, kubeletOf } from './backend.ts'
import { forward, streamed } from './forward.ts'
import { tunnel } from './tunnel.ts'

/** `https:name:port`; scheme and port may be left out. */
interface Named {
  readonly scheme: 'http' | 'https'
  readonly name: string
  readonly port: string
}
type Locate = (call: Call, named: Named) => Promise<Omit<Backend, 'path'>>

export const podProxy: Action = call => proxied(call, podBackend)
export const serviceProxy: Action = call => proxied(call, serviceBackend)
export const nodeProxy =
  (access: KubeletAccess): Action =>
  call =>
    proxied(call, (inside, named) => nodeBackend(inside, named, access))

async function proxied(call: Call, locate: Locate): Promise<Result> {
  const { incoming, target } = call
  const named = readName(call)
  const backend = await locate({ ...call, target: { ...target, name: named.name } }, named)
  await validate(call, { operation: 'CONNECT', dryRun: false })
  const marker = `/${target.name}/proxy`
  const raw = decodedOnce(incoming.path)
  const path = raw.slice(raw.indexOf(marker) + marker.length)
  const query = incoming.query.toString()
  if (incoming.connection) return await tunnel(incoming, { ...backend, path }, query)
  // A browser that is shown a page without the slash would resolve its links one level too high.
  if (path === '' && (incoming.method === 'GET' || incoming.method === 'HEAD'))
    return { form: 'bytes', code: 301, headers: { location: `${incoming.path}/${query && `?${query}`}` }, body: '' }
  const answer = await forward(incoming, { ...backend, path }, query)
  const { location } = answer.headers
  const prefix = raw.slice(0, raw.indexOf(marker) + marker.length)
  return streamed(
    typeof location === 'string' ? { ...answer, headers: { ...answer.headers, location: moved(location, backend, prefix) } } : answer,
  )
}
const decodedOnce = (path: string) => path.replaceAll('%3A', ':').replaceAll('%3a', ':')
/** A redirect within the backend stays within the proxy. */
function moved(location: string, { protocol, host, port }: Omit<Backend, 'path'>, prefix: string): string {
  const origin = `${protocol}//${host}:${port}`
  if (location.startsWith(origin)) return prefix + location.slice(origin.length)
  return location.startsWith('/') && !location.startsWith('//') ? prefix + location : location
}

/** Throws BadRequest. */
function readName({ target, resource }: Call): Named {
  const parts = target.name.split(':')
  const [first = '', second = '', third = ''] = parts
  const named = parts.length === 3 ? { scheme: first, name: second, port: third } : { scheme: '', name: first, port: second }
  if (parts.length > 3 || !['', 'http', 'https'].includes(named.scheme) || !named.name)
    throw refuse.badRequest(`invalid ${resource.about.kind?.toLowerCase()} request "${target.name}"`)
  return { ...named, scheme: named.scheme === 'https' ? 'https' : 'http' }
}

const podBackend: Locate = async ({ serving, target, resource }, { scheme, port }) => {
  const pod = await serving.objects.get(Pod, { namespace: target.namespace, name: target.name })
  if (!pod) throw refuse.notFound(resource.about, target.name)
  const wanted = port || pod.spec.containers.flatMap(({ ports }) => ports ?? [])[0]?.containerPort
  const host = pod.status.podIPs?.[0]?.ip ?? pod.status.podIP
  if (!host) throw refuse.badRequest('address not allowed')
  return { protocol: `${scheme}:`, host, port: portNumber(wanted ?? (scheme === 'https' ? 443 : 80)) }
}

const serviceBackend: Locate = async ({ serving, target, resource }, { scheme, port }) => {
  const { namespace, name } = target
  const service = await serving.objects.get(Service, { namespace, name })
  if (!service) throw refuse.notFound(resource.about, name)
  let portName = port
  if (/^\d+$/.test(port)) {
    const found = service.spec.ports?.find(one => one.port === Number(port))
    if (!found) throw refuse.unavailable(`no service port ${port} found for service "${name}"`)
    portName = found.name ?? ''
  }
  const slices = (await serving.objects.list(EndpointSlice, namespace)).filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name,
  )
  const choices = slices.flatMap(({ endpoints, ports }) => {
    const there = ports?.find(one => (one.name ?? '') === portName)?.port
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
    return there === undefined ? [] : ready.flatMap(({ addresses }) => addresses.slice(0, 1).map(host => ({ host, port: there })))
  })
  const chosen = choices[choices.length ? serving.random.integer(choices.length) : 0]
  if (!chosen) throw refuse.unavailable(`no endpoints available for service "${name}"`)
  return { protocol: `${scheme}:`, ...chosen }
}

async function nodeBackend(
  { serving, target, resource }: Call,
  { scheme, port }: Named,
  access: KubeletAccess,
): Promise<Omit<Backend, 'path'>> {
  const node = await serving.objects.get(Node, { name: target.name })
  if (!node) throw refuse.notFound(resource.about, target.name)
  const kubelet = await kubeletOf(serving.objects, target.name)
  // Only the kubelet is to see this server's certificate.
  if (port === '' || Number(port) === kubelet.port) return { ...kubelet, access }
  return { protocol: `${scheme}:`, host: kubelet.host, port: portNumber(port) }
}

function portNumber(port: string | number): number {
  const value = Number(port)
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw refuse.badRequest(`invalid port "${port}"`)
  return value
}
