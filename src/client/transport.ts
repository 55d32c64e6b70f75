/** What carries requests to an API server: in the same process, or over HTTPS. Both have this face. */
import type { AnyKind } from '#kinds/catalogue.ts'
import type { KindClass } from '#kinds/declare.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path without query: `/api/v1/namespaces/default/pods/web-0`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  /** Of the body; default application/json. */
  readonly contentType?: string
  /** An object (never changed by the receiver), or text for non-JSON bodies. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}
/** An answer. Objects that come in-process are frozen and shared: never change them. */
export interface ApiAnswer {
  readonly code: number
  readonly body: unknown
  readonly warnings: readonly string[]
}
export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
export interface WatchEvent<T = unknown> {
  readonly type: WatchType
  readonly object: T
}
export interface Transport {
  /** Throws Refusal for every answer of 400 and above. */
  send(request: ApiRequest): Promise<ApiAnswer>
  /** Ends when the server ends the watch or `signal` aborts; throws Refusal when the watch is refused. */
  watch(request: ApiRequest): AsyncIterable<WatchEvent>
}

/** Which object: its name, and its namespace where the kind has one. */
export interface Ref {
  readonly namespace?: string | undefined
  readonly name: string
}
export interface ListOptions {
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly resourceVersion?: string
  readonly limit?: number
  readonly continue?: string
}
export interface WriteOptions {
  readonly subresource?: string
  readonly dryRun?: boolean
  readonly fieldManager?: string
}
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}
export interface List<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
  readonly items: readonly T[]
}

/** Typed requests over a transport. Each method throws Refusal. */
export interface Client {
  readonly transport: Transport
  get<T>(kind: KindClass<T>, ref: Ref): Promise<T>
  list<T>(kind: KindClass<T>, options?: ListOptions): Promise<List<T>>
  watch<T>(
    kind: KindClass<T>,
    options: ListOptions & { readonly signal: AbortSignal; readonly allowBookmarks?: boolean; readonly sendInitialEvents?: boolean },
  ): AsyncIterable<WatchEvent<T>>
  /** `of`: the object on whose subresource is created, such as the pod of a binding. */
  create<T>(kind: KindClass<T>, object: Partial<T>, options?: WriteOptions & { readonly of?: Ref & { readonly kind: AnyKind } }): Promise<T>
  update<T>(kind: KindClass<T>, object: T, options?: WriteOptions): Promise<T>
  patch<T>(
    kind: KindClass<T>,
    ref: Ref,
    type: 'json' | 'merge' | 'strategic' | 'apply',
    patch: unknown,
    options?: WriteOptions & { readonly force?: boolean },
  ): Promise<T>
  /** Resolves with the object where it stays for a while (grace period, finalizers); undefined when it is gone. */
  delete<T>(kind: KindClass<T>, ref: Ref, options?: DeleteOptions): Promise<T | undefined>
  deleteCollection<T>(kind: KindClass<T>, options: ListOptions & DeleteOptions): Promise<void>
}
