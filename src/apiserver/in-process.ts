/** Requests from this process: the same pipeline, without HTTP, TLS or JSON. Its face is that of the client's Transport. */
import { Refusal } from '#kinds/meta/refusal.ts'
import type { Pipeline } from './pipeline.ts'
import type { Incoming, User } from './request.ts'
import { asRead } from './resources/item.ts'
import type { ListResult, Result, WatchType } from './result.ts'

export interface LocalRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly contentType?: string
  /** An object, never changed here, or text for bodies that are not JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal
}
export interface LocalAnswer {
  readonly code: number
  readonly body: unknown
  readonly warnings: readonly string[]
}
export interface LocalEvent {
  readonly type: WatchType
  readonly object: unknown
}
export interface Caller {
  readonly user: User
  /** Names the writer in managed fields, as a user agent does over HTTP. */
  readonly agent: string
}

/** A transport for a caller in this process, who needs no credentials but has only the rights of its user. */
export class InProcess {
  readonly #pipeline: Pipeline
  readonly #caller: Caller
  constructor(pipeline: Pipeline, caller: Caller) {
    this.#pipeline = pipeline
    this.#caller = caller
  }

  /** Objects in the answer are frozen and shared. Throws Refusal for every answer of 400 and above. */
  async send(request: LocalRequest): Promise<LocalAnswer> {
    const { result, warnings } = await this.#pipeline.run(this.#incoming(request))
    return { code: codeOf(result), body: await bodyOf(result), warnings }
  }
  /** Ends when the server ends the watch or `signal` aborts. Throws Refusal when the watch is refused. */
  async *watch(request: LocalRequest): AsyncGenerator<LocalEvent, void> {
    const incoming = this.#incoming({ ...request, query: { ...request.query, watch: 'true' } })
    const { result } = await this.#pipeline.run(incoming)
    if (result.form !== 'watch') {
      await bodyOf(result)
      throw new Error(`watch ${request.path}: answered with ${result.form}, not with events`)
    }
    for await (const batch of result.events) for (const { type, item } of batch) yield { type, object: item.value }
  }

  #incoming({ method, path, query = {}, contentType, body, signal = NEVER }: LocalRequest): Incoming {
    const parameters = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))
    return {
      method,
      path,
      query: new URLSearchParams(parameters),
      headers: { 'user-agent': this.#caller.agent, ...(contentType && { 'content-type': contentType }) },
      body: async () => (typeof body === 'string' ? Buffer.from(body) : { object: body }),
      user: this.#caller.user,
      signal,
    }
  }
}

/** For those who do not break off what they ask for. */
const NEVER = new AbortController().signal

const codeOf = (result: Result): number => (result.form === 'watch' || result.form === 'upgrade' ? 200 : result.code)

async function bodyOf(result: Result): Promise<unknown> {
  switch (result.form) {
    case 'object':
      return result.item.value
    case 'list':
      return listOf(result)
    case 'value':
      if (result.code >= 400) throw Refusal.from(result.value)
      return asRead(result.value)
    case 'bytes':
      return typeof result.body === 'string' ? result.body : Buffer.from(result.body).toString()
    case 'stream':
      return await textOf(result.body)
    case 'watch':
    case 'upgrade':
      throw new Error(`answer with ${result.form}: a single answer was asked for`)
  }
}
const listOf = ({ resource, metadata, items }: ListResult) => ({
  kind: `${resource.kind.name}List`,
  apiVersion: resource.kind.apiVersion,
  metadata,
  items: items.map(({ value }) => value),
})
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
