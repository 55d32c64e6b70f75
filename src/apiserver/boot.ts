/** What every cluster has from the start, made when it is missing and mended when it must not differ. */
import { isRefusal } from '#kinds/meta/refusal.ts'
import { isEqual } from '#schema/json-value.ts'
import { ensureBootstrap } from './authorize/bootstrap/ensure.ts'
import type { InProcess } from './in-process.ts'
import { dnsObjects, type ServerService, serviceObjects } from './boot-services.ts'
import type { AnyObject } from './resources/item.ts'
import type { Objects } from './resources/objects.ts'

export interface BootOptions {
  /** Under which clients inside the cluster reach the API: the service `default/kubernetes`. Absent: there is no such service. */
  readonly service?: ServerService
  /** Cluster DNS: the service `kube-system/kube-dns`. Absent: there is none. */
  readonly dns?: { readonly clusterIP: string }
  /** PEM: who signs client certificates. Servers that extend the API read it from a config map. */
  readonly clientAuthority?: string
}
const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
/** Upstream: pkg/apis/scheduling. */
const PRIORITY_CLASSES = [
  ['system-node-critical', 2_000_001_000, 'Used for system critical pods that must not be moved from their current node.'],
  [
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ],
] as const
/** How often a write is tried again because another server of the cluster was quicker. */
const ATTEMPTS_MAX = 5

type Sender = Pick<InProcess, 'send'>

/** `transport` must have all rights. Throws Refusal. Done again at each start: what is there already stays. */
export async function boot(transport: Sender, objects: Objects, options: BootOptions = {}): Promise<void> {
  await Promise.all(
    NAMESPACES.map(name => ensure(transport, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  )
  await Promise.all([
    ensureBootstrap(transport, objects),
    ...PRIORITY_CLASSES.map(([name, value, description]) =>
      ensure(transport, '/apis/scheduling.k8s.io/v1/priorityclasses', {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name },
        value,
        description,
      }),
    ),
    ...[...(options.service ? serviceObjects(options.service) : []), ...(options.dns ? dnsObjects(options.dns) : [])].map(
      ([path, object]) => ensure(transport, path, object, { isMended: true }),
    ),
    ...(options.clientAuthority === undefined
      ? []
      : [ensure(transport, '/api/v1/namespaces/kube-system/configmaps', authentication(options.clientAuthority), { isMended: true })]),
  ])
}

const authentication = (clientAuthority: string): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
  data: { 'client-ca-file': clientAuthority },
})

/** Creates the object; when it is there and must be as wanted, what is wanted is put into it and the rest stays. */
async function ensure(transport: Sender, collection: string, wanted: AnyObject, { isMended = false } = {}): Promise<void> {
  const path = `${collection}/${wanted.metadata.name}`
  for (let attempt = 1; ; attempt++) {
    try {
      const present = await read(transport, path)
      if (!present) return void (await transport.send({ method: 'POST', path: collection, body: wanted }))
      if (!isMended) return
      const mended = merged(present, wanted) as AnyObject
      if (!isEqual(mended, present)) await transport.send({ method: 'PUT', path, body: mended })
      return
    } catch (error) {
      const wasOvertaken = isRefusal(error, 'Conflict') || isRefusal(error, 'AlreadyExists')
      if (!wasOvertaken || attempt === ATTEMPTS_MAX) throw error
    }
  }
}
async function read(transport: Sender, path: string): Promise<AnyObject | undefined> {
  try {
    return (await transport.send({ method: 'GET', path })).body as AnyObject
  } catch (error) {
    if (isRefusal(error, 'NotFound')) return undefined
    throw error
  }
}
const isPlain = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)
/** Objects member by member, lists as a whole when they say something else. */
function merged(present: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted)) {
    const isSaid =
      Array.isArray(present) && present.length === wanted.length && wanted.every((one, i) => isEqual(merged(present[i], one), present[i]))
    return isSaid ? present : wanted
  }
  if (!isPlain(wanted) || !isPlain(present)) return wanted
  return { ...present, ...Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, merged(present[name], value)])) }
}
