/** Typed requests over any transport: which path, method and body each verb has. */
import type { KindClass } from '#kinds/declare.ts'
import type { ApiRequest, Client, DeleteOptions, List, ListOptions, Ref, Transport, WatchEvent, WriteOptions } from './transport.ts'

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** The path of a kind's collection, or of one object of it. Reference: API concepts, "Resource URIs". */
export function pathOf<T>(
  kind: KindClass<T>,
  { namespace, name, subresource }: { namespace?: string | undefined; name?: string; subresource?: string | undefined },
): string {
  const root = kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`
  const scope = kind.options.scope === 'Namespaced' && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const object = name ? `/${encodeURIComponent(name)}` : ''
  return `${root}${scope}/${kind.options.plural}${object}${subresource ? `/${subresource}` : ''}`
}

/** Reads options that stand in the query. */
function listQuery({ labelSelector, fieldSelector, resourceVersion, limit, continue: token }: ListOptions): Record<string, string> {
  return {
    ...(labelSelector && { labelSelector }),
    ...(fieldSelector && { fieldSelector }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(limit !== undefined && { limit: String(limit) }),
    ...(token && { continue: token }),
  }
}
const writeQuery = ({ dryRun, fieldManager }: WriteOptions): Record<string, string> => ({
  ...(dryRun && { dryRun: 'All' }),
  ...(fieldManager && { fieldManager }),
})
const deleteBody = ({ gracePeriodSeconds, propagationPolicy, preconditions }: DeleteOptions) => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  ...(propagationPolicy && { propagationPolicy }),
  ...(preconditions && { preconditions }),
})

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}
interface Left {
  readonly kind: string
  readonly metadata: { readonly deletionTimestamp?: string }
}
const withType = <T>(kind: KindClass<T>, object: object) => ({ apiVersion: kind.apiVersion, kind: kind.name, ...object })
/** Over HTTP a list tells the type of its items once; in the process they have it themselves. */
function typed<T>(kind: KindClass<T>, list: List<T>): List<T> {
  const [first] = list.items as readonly { readonly kind?: string }[]
  return !first || first.kind !== undefined ? list : { ...list, items: list.items.map(item => withType(kind, item as object) as T) }
}

/** The typed client over a transport. */
export function createClient(transport: Transport): Client {
  const send = async (request: ApiRequest) => (await transport.send(request)).body
  return {
    transport,
    get: async <T>(kind: KindClass<T>, ref: Ref) => (await send({ method: 'GET', path: pathOf(kind, ref) })) as T,
    list: async <T>(kind: KindClass<T>, options: ListOptions = {}) =>
      typed(
        kind,
        (await send({ method: 'GET', path: pathOf(kind, { namespace: options.namespace }), query: listQuery(options) })) as List<T>,
      ),
    watch: <T>(kind: KindClass<T>, options: Parameters<Client['watch']>[1]) =>
      transport.watch({
        method: 'GET',
        path: pathOf(kind, { namespace: options.namespace }),
        query: {
          ...listQuery(options),
          watch: 'true',
          ...(options.allowBookmarks && { allowWatchBookmarks: 'true' }),
          ...(options.sendInitialEvents && { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
        },
        signal: options.signal,
      }) as AsyncIterable<WatchEvent<T>>,
    create: async <T>(kind: KindClass<T>, object: Partial<T>, options: Parameters<Client['create']>[2] = {}) => {
      const { namespace } = (object as Partial<{ metadata: Partial<Ref> }>).metadata ?? {}
      const path = options.of ? pathOf(options.of.kind, { ...options.of, subresource: options.subresource }) : pathOf(kind, { namespace })
      return (await send({ method: 'POST', path, query: writeQuery(options), body: withType(kind, object) })) as T
    },
    update: async <T>(kind: KindClass<T>, object: T, options: WriteOptions = {}) => {
      const { namespace, name } = (object as Named).metadata
      const path = pathOf(kind, { namespace, name, subresource: options.subresource })
      return (await send({ method: 'PUT', path, query: writeQuery(options), body: withType(kind, object as object) })) as T
    },
    patch: async <T>(
      kind: KindClass<T>,
      ref: Ref,
      type: keyof typeof PATCH_TYPES,
      body: unknown,
      options: Parameters<Client['patch']>[4] = {},
    ) =>
      (await send({
        method: 'PATCH',
        path: pathOf(kind, { ...ref, subresource: options.subresource }),
        query: { ...writeQuery(options), ...(options.force && { force: 'true' }) },
        contentType: PATCH_TYPES[type],
        body,
      })) as T,
    delete: async <T>(kind: KindClass<T>, ref: Ref, options: DeleteOptions = {}) => {
      const left = (await send({ method: 'DELETE', path: pathOf(kind, ref), body: deleteBody(options) })) as Partial<Left>
      // Some kinds answer with their last state even when they are gone; only what waits carries the time of its deletion.
      return left.kind === kind.name && left.metadata?.deletionTimestamp ? (left as T) : undefined
    },
    deleteCollection: async (kind, options) =>
      void (await send({
        method: 'DELETE',
        path: pathOf(kind, { namespace: options.namespace }),
        query: listQuery(options),
        body: deleteBody(options),
      })),
  }
}
