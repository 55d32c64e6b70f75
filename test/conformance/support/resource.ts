/** The requests that tests make on one kind of object, as the API has them: any query, any subresource, plain objects. */
import assert from 'node:assert/strict'
import { pathOf } from '#client/requests.ts'
import type { ApiRequest, Transport } from '#client/transport.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { isRefusal, type Reason, type Refusal } from '#kinds/meta/refusal.ts'
import { eventually } from './eventually.ts'
import { Watching } from './watching.ts'

// `any`: tests reach into objects of all kinds
export type Any = any
export type Query = Record<string, string>

const PATCHES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const
export type PatchType = keyof typeof PATCHES

/** So often is a change tried again that others' changes overtake. */
const CHANGES_MAX = 10

export class Resource {
  readonly #transport: Transport
  readonly kind: AnyKind
  /** Undefined for kinds without namespaces, and for requests to all namespaces. */
  readonly namespace: string | undefined
  constructor(transport: Transport, kind: AnyKind, namespace?: string) {
    this.#transport = transport
    this.kind = kind
    this.namespace = namespace
  }
  /** The same kind, in all namespaces. */
  get everywhere(): Resource {
    return new Resource(this.#transport, this.kind)
  }
  path(name = '', subresource = ''): string {
    return pathOf(this.kind, { namespace: this.namespace, name, subresource })
  }
  async #send(request: ApiRequest): Promise<Any> {
    return (await this.#transport.send(request)).body
  }
  #typed(object: object): object {
    return { apiVersion: this.kind.apiVersion, kind: this.kind.name, ...object }
  }

  create(object: object, query: Query = {}): Promise<Any> {
    return this.#send({ method: 'POST', path: this.path(), query, body: this.#typed(object) })
  }
  get(name: string, subresource?: string): Promise<Any> {
    return this.#send({ method: 'GET', path: this.path(name, subresource) })
  }
  /** With the items' type, which the list tells but once. */
  async list(query: Query = {}): Promise<Any> {
    const list = await this.#send({ method: 'GET', path: this.path(), query })
    return { ...list, items: list.items.map((item: object) => this.#typed(item)) }
  }
  update(object: Any, subresource?: string): Promise<Any> {
    return this.#send({ method: 'PUT', path: this.path(object.metadata.name, subresource), body: this.#typed(object) })
  }
  /** Reads, changes and updates; again when somebody else was faster. */
  change(name: string, change: (draft: Any) => void, subresource?: string): Promise<Any> {
    return persistently(async () => {
      const draft = structuredClone(await this.get(name))
      change(draft)
      return await this.update(draft, subresource)
    })
  }
  /** Reads the scale and updates it; gives the new one. */
  changeScale(name: string, replicas: number): Promise<Any> {
    return persistently(async () => {
      const scale = await this.get(name, 'scale')
      return await this.#send({ method: 'PUT', path: this.path(name, 'scale'), body: { ...scale, spec: { replicas } } })
    })
  }
  patch(name: string, body: unknown, { type = 'merge', subresource, query = {} }: PatchOptions = {}): Promise<Any> {
    return this.#send({ method: 'PATCH', path: this.path(name, subresource), query, contentType: PATCHES[type], body })
  }
  /** Of a pod: deletes it unless a budget forbids it. */
  evict(name: string): Promise<Any> {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: this.namespace } }
    return this.#send({ method: 'POST', path: this.path(name, 'eviction'), body })
  }
  delete(name: string, options?: object): Promise<Any> {
    return this.#send({ method: 'DELETE', path: this.path(name), ...(options && { body: deleteOptions(options) }) })
  }
  deleteCollection(query: Query = {}): Promise<Any> {
    return this.#send({ method: 'DELETE', path: this.path(), query })
  }
  /** Watches from now on, or from the `resourceVersion` of the query. */
  async watch(query: Query = {}): Promise<Watching> {
    const resourceVersion = query['resourceVersion'] ?? (await this.list(query)).metadata.resourceVersion
    return new Watching(this.#transport, { path: this.path(), query: { ...query, resourceVersion } })
  }

  /** Waits until the object is no more. */
  async gone(name: string): Promise<void> {
    await eventually(() => refused('NotFound', this.get(name)))
  }
  /** Waits until so many objects are selected, and gives the list. */
  async counted(count: number, query: Query): Promise<Any> {
    return await eventually(async () => {
      const list = await this.list(query)
      assert.equal(list.items.length, count, `${this.path()} ${JSON.stringify(query)}`)
      return list
    })
  }
}

/** Again when somebody else was faster. */
async function persistently<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await change()
    } catch (error) {
      if (!isRefusal(error, 'Conflict') || tries === CHANGES_MAX) throw error
    }
  }
}

export interface PatchOptions {
  readonly type?: PatchType
  readonly subresource?: string
  readonly query?: Query
}
const deleteOptions = (options: object) => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...options })

/** Enough of an answer to see what it is. */
const SHOWN_MAX = 400
/** The refusal with which a request must be answered. */
export async function refused(reason: Reason, request: Promise<unknown>): Promise<Refusal> {
  const error = await request.then(
    answer => assert.fail(`expected ${reason}, but it was answered: ${JSON.stringify(answer).slice(0, SHOWN_MAX)}`),
    (failure: unknown) => failure,
  )
  if (!isRefusal(error)) throw error
  assert.equal(error.reason, reason, error.message)
  return error
}

/** All of a is greater than all that was before: resource versions are numbers that grow. */
export function assertNewer(after: Any, before: Any): void {
  const [newer, older] = [after, before].map(({ metadata }) => {
    assert.match(metadata.resourceVersion, /^[1-9]\d*$/)
    return BigInt(metadata.resourceVersion)
  }) as [bigint, bigint]
  assert(newer > older, `resourceVersion ${newer} must be greater than ${older}`)
}
