/** Calls to a gRPC service over a unix socket or TCP, with messages declared as data. */
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import type { Message } from './message.ts'

/** A method: its path `/package.Service/Method` and its two messages. */
export interface Method<Request, Response> {
  readonly path: string
  readonly request: Message<Request, unknown>
  readonly response: Message<never, Response>
}
export const method = <Q, QOut, R, ROut>(path: string, request: Message<Q, QOut>, response: Message<R, ROut>): Method<Q, ROut> => ({
  path,
  request,
  response: response,
})

export interface CallOptions {
  /** Milliseconds after which the call fails with DEADLINE_EXCEEDED; absent: no limit. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly metadata?: Readonly<Record<string, string>>
}

/** So that a list of thousands of containers fits; gRPC's own default of 4 MiB does not hold it. */
const MESSAGE_MAX_BYTES = 64 * 1024 * 1024

/** A call that the service answered with an error, or that did not reach it. `code` is gRPC's name of the status: NOT_FOUND, UNAVAILABLE, … */
export class GrpcError extends Error {
  override readonly name = 'GrpcError'
  readonly code: string
  constructor(path: string, error: ServiceError) {
    super(error.details || error.message, { cause: error })
    this.code = status[error.code] ?? 'UNKNOWN'
    this.path = path
  }
  readonly path: string
}
export const isGrpcError = (error: unknown, code?: string): error is GrpcError =>
  error instanceof GrpcError && (code === undefined || error.code === code)

/** As Go's clients write an error, which people search for. */
export const goError = ({ code, message }: GrpcError): string =>
  `rpc error: code = ${code.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())} desc = ${message}`

export class GrpcClient implements Disposable {
  readonly #client: Client
  /** `target`: `unix:/run/x.sock` or `host:port`. `agent`: who asks; the service reads it before the library's own name. */
  constructor(target: string, { agent }: { readonly agent?: string } = {}) {
    this.#client = new Client(target, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MESSAGE_MAX_BYTES,
      'grpc.max_send_message_length': MESSAGE_MAX_BYTES,
      // A daemon on this machine comes back quickly after a restart; gRPC's default would wait up to two minutes.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.default_authority': 'localhost',
      ...(agent && { 'grpc.primary_user_agent': agent }),
    })
  }

  /** Throws GrpcError. */
  call<Q, R>({ path, request, response }: Method<Q, R>, value: Q, options: CallOptions = {}): Promise<R> {
    return new Promise((resolve, reject) => {
      options.signal?.throwIfAborted()
      const call = this.#client.makeUnaryRequest(
        path,
        (sent: Q) => Buffer.from(request.encode(sent)),
        (bytes: Buffer) => response.decode(bytes),
        value,
        metadataOf(options),
        { deadline: deadlineOf(options) },
        (error, answer) => {
          options.signal?.removeEventListener('abort', cancel)
          if (error) reject(new GrpcError(path, error))
          else resolve(answer as R)
        },
      )
      const cancel = () => call.cancel()
      options.signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  /** The answers of a streaming method, until the server ends it or `signal` aborts. Throws GrpcError. */
  async *stream<Q, R>({ path, request, response }: Method<Q, R>, value: Q, options: CallOptions = {}): AsyncGenerator<R> {
    const call = this.#client.makeServerStreamRequest(
      path,
      (sent: Q) => Buffer.from(request.encode(sent)),
      (bytes: Buffer) => response.decode(bytes),
      value,
      metadataOf(options),
      { deadline: deadlineOf(options) },
    )
    const cancel = () => call.cancel()
    options.signal?.addEventListener('abort', cancel, { once: true })
    try {
      for await (const answer of call) yield answer as R
    } catch (error) {
      if (!options.signal?.aborted) throw new GrpcError(path, error as ServiceError)
    } finally {
      options.signal?.removeEventListener('abort', cancel)
      call.cancel()
    }
  }

  [Symbol.dispose](): void {
    this.#client.close()
  }
}

function metadataOf({ metadata }: CallOptions): Metadata {
  const made = new Metadata()
  for (const [name, value] of Object.entries(metadata ?? {})) made.set(name, value)
  return made
}
const deadlineOf = ({ timeoutMs }: CallOptions): number => (timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs)
