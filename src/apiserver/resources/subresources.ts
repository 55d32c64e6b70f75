/** Which subresources a resource has, beside the status and scale that its kind declares. */
import type { AnyKind } from '#kinds/catalogue.ts'

export interface Subresource {
  readonly name: string
  /** The kind that is sent and returned; its group and version are told in discovery when they differ from the resource's. */
  readonly kind: string
  readonly group: string
  readonly version: string
  /** As discovery lists them. */
  readonly verbs: readonly string[]
  /** Whether every HTTP method is passed on, those too that are no verb of the API. */
  readonly takesAnyMethod?: boolean
}
const READ_WRITE = ['get', 'patch', 'update'] as const
/** The methods that a connection may begin with, as discovery words them: proxies take all, streams two. */
const ALL_METHODS = ['create', 'delete', 'get', 'patch', 'update'] as const
const STREAM_METHODS = ['create', 'get'] as const

interface Row {
  readonly name: string
  /** Absent: the resource's own kind. */
  readonly kind?: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
  readonly takesAnyMethod?: boolean
}
const BEYOND_DECLARATION: Readonly<Record<string, readonly Row[]>> = {
  '/pods': [
    { name: 'attach', kind: 'PodAttachOptions', verbs: STREAM_METHODS },
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'ephemeralcontainers', verbs: READ_WRITE },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: STREAM_METHODS },
    { name: 'log', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: STREAM_METHODS },
    { name: 'proxy', kind: 'PodProxyOptions', verbs: ALL_METHODS, takesAnyMethod: true },
    { name: 'resize', verbs: READ_WRITE },
  ],
  '/nodes': [{ name: 'proxy', kind: 'NodeProxyOptions', verbs: ALL_METHODS, takesAnyMethod: true }],
  '/services': [{ name: 'proxy', kind: 'ServiceProxyOptions', verbs: ALL_METHODS, takesAnyMethod: true }],
  '/namespaces': [{ name: 'finalize', verbs: ['update'] }],
  '/serviceaccounts': [{ name: 'token', kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] }],
  'certificates.k8s.io/certificatesigningrequests': [{ name: 'approval', verbs: READ_WRITE }],
}

export function subresourcesOf(kind: AnyKind): readonly Subresource[] {
  const own = { kind: kind.name, group: kind.group, version: kind.version }
  const { status, scale } = kind.options.subresources ?? {}
  const key = `${kind.group}/${kind.options.plural}`
  const more = Object.hasOwn(BEYOND_DECLARATION, key) ? (BEYOND_DECLARATION[key] as readonly Row[]) : []
  return [
    ...(status ? [{ name: 'status', ...own, verbs: READ_WRITE }] : []),
    ...(scale ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: READ_WRITE }] : []),
    ...more.map(row => ({ ...own, ...row })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}
