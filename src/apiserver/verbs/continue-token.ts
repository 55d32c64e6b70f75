/** Continue tokens: at which revision a chunked list is read, and where its next chunk starts. The form is upstream's. */
import { refuse } from '#kinds/meta/refusal.ts'
import { goText } from '#schema/json-value.ts'

export interface Continuation {
  /** -1: the list goes on with what is there now, no longer consistent with the chunks before. */
  readonly revision: number
  /** The key at which to go on, without the collection's prefix. */
  readonly start: string
}
export const tokenOf = ({ revision, start }: Continuation): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url')

/** Throws BadRequest. */
export function continuationOf(token: string): Continuation {
  let read: { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown }
  try {
    read = JSON.parse(Buffer.from(token, 'base64url').toString()) as typeof read
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw refuse.badRequest('continue key is not valid: the token cannot be read')
  }
  const { v, rv, start } = read ?? {}
  if (v !== 'meta.k8s.io/v1')
    throw refuse.badRequest(`continue key is not valid: server does not recognize this encoded version ${goText(v ?? '')}`)
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv < -1 || rv === 0)
    throw refuse.badRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  if (typeof start !== 'string' || start === '')
    throw refuse.badRequest('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)')
  return { revision: rv, start }
}
