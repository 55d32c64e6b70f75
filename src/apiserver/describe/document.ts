/** Documents that clients keep: told by a hash, so that an unchanged one need not be sent again. */
import { createHash } from 'node:crypto'
import type { Incoming } from '../request.ts'
import type { BytesResult } from '../result.ts'

export interface Document {
  readonly body: Uint8Array | string
  readonly contentType: string
  /** Upper-case hex. */
  readonly hash: string
}
export const hashOf = (bytes: Uint8Array | string): string => createHash('sha512').update(bytes).digest('hex').toUpperCase()

export const jsonDocument = (value: object, contentType = 'application/json'): Document => {
  const body = Buffer.from(JSON.stringify(value))
  return { body, contentType, hash: hashOf(body) }
}
/** The document, or only that it has not changed. */
export function answer(
  { body, contentType, hash }: Document,
  { headers }: Pick<Incoming, 'headers'>,
  more: BytesResult['headers'] = {},
): BytesResult {
  const etag = `"${hash}"`
  const isKnown = [headers['if-none-match'] ?? []]
    .flat()
    .flatMap(value => value.split(','))
    .some(value => value.trim().replace(/^W\//, '') === etag)
  const own = { etag, vary: 'Accept', ...more }
  if (isKnown) return { form: 'bytes', code: 304, headers: own, body: '' }
  return { form: 'bytes', code: 200, headers: { 'content-type': contentType, ...own }, body }
}
/** Throws away what was made when what is served changes. */
export class Kept<T> {
  #made = new Map<string, Promise<T>>()
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key)
    if (known) return known
    const made = make()
    this.#made.set(key, made)
    made.catch(() => this.#made.delete(key))
    return made
  }
  clear(): void {
    this.#made.clear()
  }
}
