/** The catalogue of refusals: every way in which the API says no, with reason and HTTP status. */
import type { Problem } from '#schema/vocabulary.ts'

export type Reason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'ServiceUnavailable'
  | 'StorageReadError'
  | 'Unknown'
  | ''

/** The Status object of a failure, as plain JSON. */
export interface Failure {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: { readonly continue?: string }
  readonly status: 'Failure'
  readonly message: string
  readonly reason?: Reason
  readonly details?: Details
  readonly code: number
}
export interface Details {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[]
  readonly retryAfterSeconds?: number
}

/** An expected failure of a request. Everything else that is thrown is a bug. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: Failure
  constructor(code: number, reason: Reason, message: string, details?: Details, options?: ErrorOptions) {
    super(message, options)
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason && { reason }),
      ...(details && { details }),
      code,
    }
  }
  /** The refusal that a server's Status answer stands for. */
  static from(status: Partial<Failure> & { readonly code?: number }): Refusal {
    const refusal = new Refusal(status.code ?? 500, status.reason ?? 'Unknown', status.message ?? 'unknown failure', status.details)
    return status.metadata?.continue ? refusal.withMetadata(status.metadata) : refusal
  }
  /** The same refusal, telling where a list may go on. */
  withMetadata(metadata: Failure['metadata']): Refusal {
    const { code, reason = '', message, details } = this.status
    const told = new Refusal(code, reason, message, details, { cause: this.cause })
    return Object.assign(told, { status: { ...told.status, metadata } })
  }
  get code(): number {
    return this.status.code
  }
  get reason(): Reason {
    return this.status.reason ?? ''
  }
}
export const isRefusal = (error: unknown, reason?: Reason): error is Refusal =>
  error instanceof Refusal && (reason === undefined || error.reason === reason)

/** What a refusal is about: the resource (`pods`), its group (`''` for core) and, for Invalid, its kind. */
export interface About {
  readonly group: string
  readonly resource: string
  readonly kind?: string
}
const qualified = ({ group, resource }: About) => (group ? `${resource}.${group}` : resource)
const details = ({ group, resource }: About, name: string): Details => ({ ...(name && { name }), ...(group && { group }), kind: resource })

/** Upstream: apimachinery, api/errors. Messages are part of what users and clients know, so they equal upstream's. */
export const refuse = {
  badRequest: (message: string) => new Refusal(400, 'BadRequest', message),
  unauthorized: (message = 'Unauthorized') => new Refusal(401, 'Unauthorized', message),
  forbidden: (about: About, name: string, message: string, causes?: Details['causes']) =>
    new Refusal(403, 'Forbidden', `${qualified(about)} ${name ? `"${name}" ` : ''}is forbidden: ${message}`.replace(/^ /, ''), {
      ...details(about, name),
      ...(causes && { causes }),
    }),
  notFound: (about: About, name: string) => new Refusal(404, 'NotFound', `${qualified(about)} "${name}" not found`, details(about, name)),
  /** No such path. */
  noRoute: () => new Refusal(404, 'NotFound', 'the server could not find the requested resource', {}),
  alreadyExists: (about: About, name: string) =>
    new Refusal(409, 'AlreadyExists', `${qualified(about)} "${name}" already exists`, details(about, name)),
  conflict: (about: About, name: string, message: string) =>
    new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(about)} "${name}": ${message}`, details(about, name)),
  /** Optimistic concurrency: the object's resourceVersion is no longer the one that the client saw. */
  modified: (about: About, name: string) =>
    refuse.conflict(about, name, 'the object has been modified; please apply your changes to the latest version and try again'),
  invalid: (about: About, name: string, problems: readonly Problem[]) => {
    const kind = about.kind ?? about.resource
    const lines = problems.map(p => `${p.field}: ${p.message}`)
    const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
    return new Refusal(422, 'Invalid', `${about.group ? `${kind}.${about.group}` : kind} "${name}" is invalid: ${text}`, {
      ...(name && { name }),
      ...(about.group && { group: about.group }),
      kind,
      causes: problems.map(p => ({ reason: p.reason, message: p.message, field: p.field })),
    })
  },
  expired: (message: string, cause?: unknown) => new Refusal(410, 'Expired', message, undefined, { cause }),
  /** A read at a resourceVersion that the server has not seen yet. */
  futureRevision: (wanted: number, current: number) =>
    new Refusal(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    }),
  gone: (message: string) => new Refusal(410, 'Gone', message),
  /** The path takes other methods, but not this one. */
  methodNotServed: () => new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
  methodNotAllowed: (about: About, action: string) =>
    new Refusal(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${qualified(about)}"`, details(about, '')),
  notAcceptable: (accepted: readonly string[]) =>
    new Refusal(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`),
  unsupportedMediaType: (accepted: readonly string[]) =>
    new Refusal(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    ),
  tooLarge: (message: string) => new Refusal(413, 'RequestEntityTooLarge', message),
  tooManyRequests: (message: string, retryAfterSeconds: number, causes?: Details['causes']) =>
    new Refusal(429, 'TooManyRequests', message, { retryAfterSeconds, ...(causes && { causes }) }),
  internal: (message: string, cause?: unknown) =>
    new Refusal(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] }, { cause }),
  unavailable: (message: string) => new Refusal(503, 'ServiceUnavailable', message),
  timeout: (message: string, retryAfterSeconds = 0) => new Refusal(504, 'Timeout', message, { retryAfterSeconds }),
} as const
