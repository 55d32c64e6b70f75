/** A request on its way through the pipeline: what came, who sent it, and what it asks for. */
import type { Duplex } from 'node:stream'

/** Who sends a request. */
export interface User {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

/** What a path and a method ask for, in the terms that authorization and audit use. */
export interface Target {
  /** get, list, watch, create, update, patch, delete, deletecollection, connect for resources; the lower-case method elsewhere. */
  readonly verb: string
  /** Whether the path names a resource of the API (`/api/v1/…`, `/apis/…`) rather than `/healthz`, `/version`, discovery. */
  readonly isResource: boolean
  readonly path: string
  /** '' for core. Empty strings throughout where `isResource` is false. */
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** What follows name and subresource, for proxies. */
  readonly rest: readonly string[]
}

/** A raw connection, and what arrived on it after the request's head. */
export interface Connection {
  readonly socket: Duplex
  readonly head: Uint8Array
}

/** What came, before anything is known of it. HTTP and in-process callers both make one. */
export interface Incoming {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The query as it was written, for proxies; absent: as `query` has it. */
  readonly search?: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The body's bytes (throws Refusal beyond the limit), or the object itself when the caller is in this process. */
  readonly body: () => Promise<Uint8Array | { readonly object: unknown }>
  /** The body as it arrives, for proxies; absent where there is none but `body`. */
  readonly content?: AsyncIterable<Uint8Array>
  /** Subject of the verified client certificate, if one was shown. */
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[]; readonly fingerprint: string }
  /** Set for callers in this process: they need not authenticate. */
  readonly user?: User
  /** The connection itself, when the client asks to switch protocols (HTTP/1.1 Upgrade). Whoever takes it answers on it. */
  readonly connection?: Connection
  /** Address of the client, for audit. */
  readonly remoteAddress?: string
  readonly signal: AbortSignal
}
