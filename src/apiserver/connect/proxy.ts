/** Proxy: plain HTTP to a pod, a service or a node, through the API server. Upstream: apimachinery/pkg/util/proxy/upgradeaware.go. */
import { isGlobalUnicast, parseAddress } from '#base/cidr.ts'
import { Node } from '#kinds/core/node.ts'
import { Pod } from '#kinds/core/pod.ts'
import type { Endpoint } from '#kinds/discovery/endpoint-slice.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import type { Call } from '../call.ts'
import type { Objects } from '../resources/objects.ts'
import type { Result } from '../result.ts'
import type { Action } from '../route.ts'
import { validate } from '../verbs/admit.ts'
import { type Backend, type KubeletAccess, kubeletOf } from './backend.ts'
import { serviceEndpoint } from './endpoint.ts'
import { forward, streamed } from './forward.ts'
import { calledHost } from './headers.ts'
import { linked } from './linked.ts'
import { parseSchemeNamePort, type SchemeNamePort } from './scheme-name-port.ts'
import { hostText, tunnel } from './tunnel.ts'

type Locate = (call: Call, named: SchemeNamePort) => Promise<Omit<Backend, 'path'>>

export const podProxy: Action = call => proxied(call, podBackend)
export const serviceProxy: Action = call => proxied(call, serviceBackend)
export const nodeProxy =
  (access: KubeletAccess): Action =>
  call =>
    proxied(call, (inside, named) => nodeBackend(inside, named, access))

async function proxied(call: Call, locate: Locate): Promise<Result> {
  const { incoming, target } = call
  const named = parseSchemeNamePort(target.name)
  if (!named) throw refuse.badRequest(`invalid ${call.resource.about.kind?.toLowerCase()} request "${target.name}"`)
  const backend = await locate({ ...call, target: { ...target, name: named.name } }, named)
  await validate(call, { operation: 'CONNECT', dryRun: false })
  const raw = incoming.path.replaceAll(/%3a/gi, ':')
  const marker = `/${target.name}/proxy`
  const prefix = raw.slice(0, raw.indexOf(marker) + marker.length)
  const path = raw.slice(prefix.length)
  const query = incoming.search ?? incoming.query.toString()
  if (incoming.connection) return await tunnel(incoming, { ...backend, path }, query)
  // A browser that is shown a page without the slash would resolve its links one level too high.
  if (path === '' && (incoming.method === 'GET' || incoming.method === 'HEAD'))
    return { form: 'bytes', code: 301, headers: { location: `${incoming.path}/${query && `?${query}`}` }, body: '' }
  const hosts = [hostText(backend), calledHost(incoming)].filter(host => host !== undefined)
  return linked(streamed(await forward(incoming, { ...backend, path }, query)), { prefix, hosts }, incoming.method)
}

const podBackend: Locate = async ({ serving, target, resource }, { scheme, port }) => {
  const pod = await serving.objects.get(Pod, { namespace: target.namespace, name: target.name })
  if (!pod) throw refuse.notFound(resource.about, target.name)
  const wanted = port || pod.spec.containers.flatMap(({ ports }) => ports ?? [])[0]?.containerPort
  const host = pod.status.podIPs?.[0]?.ip ?? pod.status.podIP ?? ''
  const address = parseAddress(host)
  // Else whoever may write a pod's status could let this server ask itself.
  if (!address || !isGlobalUnicast(address)) throw refuse.badRequest('address not allowed')
  return { protocol: `${scheme}:`, host, port: portNumber(wanted ?? (scheme === 'https' ? 443 : 80)) }
}

const serviceBackend: Locate = async ({ serving: { objects, random }, target }, { scheme, port }) => {
  const { namespace, name } = target
  const isAllowed = (endpoint: Endpoint) => isOfPod(objects, namespace, endpoint)
  return { protocol: `${scheme}:`, ...(await serviceEndpoint({ namespace, name, port }, { objects, random, isAllowed })) }
}
/** Whoever may write endpoints must not reach with this server's rights what is no pod of the namespace. */
async function isOfPod(objects: Objects, namespace: string, { targetRef, addresses }: Endpoint): Promise<boolean> {
  if (!targetRef?.name || targetRef.namespace !== namespace) return false
  const pod = await objects.get(Pod, { namespace, name: targetRef.name })
  return pod?.status.podIPs?.some(({ ip }) => ip === addresses[0]) ?? false
}

async function nodeBackend(
  { serving, target, resource }: Call,
  { scheme, port }: SchemeNamePort,
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
