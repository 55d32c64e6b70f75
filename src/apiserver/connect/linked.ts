/** The answer of a proxied site, with its redirects and the links of its pages led through the proxy. */
import { type Duplex, pipeline, Readable } from 'node:stream'
import { createDeflateRaw, createGunzip, createGzip, createInflateRaw } from 'node:zlib'
import type { StreamResult } from '../result.ts'
import { type Proxied, proxiedLink, withLinks } from './links.ts'

/** A page is held whole to change its links; what is longer is no page that people read, and passes as it is. */
const PAGE_MAX_BYTES = 8 * 1024 * 1024
/** RFC 9110, 15.3.5 and 15.4.5. */
const BODYLESS = new Set([204, 304])
const CODINGS: Readonly<Record<string, readonly [() => Duplex, () => Duplex]>> = {
  gzip: [createGunzip, createGzip],
  deflate: [createInflateRaw, createDeflateRaw],
}

/** `method` is the one by which it was asked: an answer to HEAD has only the head of a page. */
export function linked(answer: StreamResult, proxied: Proxied, method: string): StreamResult {
  const { headers } = answer
  const { location, 'content-length': _, ...others } = headers
  if (typeof location === 'string') return { ...answer, headers: { ...headers, location: proxiedLink(location, proxied) } }
  const [type = ''] = [headers['content-type'] ?? ''].flat()
  const [coding = ''] = [headers['content-encoding'] ?? ''].flat()
  if (type.split(';')[0]?.trim() !== 'text/html' || method === 'HEAD' || BODYLESS.has(answer.code)) return answer
  const change = (source: AsyncIterable<Uint8Array>) => rewritten(source, link => proxiedLink(link, proxied))
  if (coding === '') return { ...answer, headers: others, body: change(answer.body) }
  const [decode, encode] = CODINGS[coding] ?? []
  if (!decode || !encode) return answer
  // A failure on the way ends the last of them as well, whose reader hears of it.
  return { ...answer, headers: others, body: pipeline(Readable.from(answer.body), decode(), change, encode(), () => undefined) }
}

async function* rewritten(source: AsyncIterable<Uint8Array>, change: (link: string) => string): AsyncGenerator<Uint8Array, void> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of source) {
    if (length > PAGE_MAX_BYTES) {
      yield piece
      continue
    }
    pieces.push(piece)
    length += piece.length
    if (length > PAGE_MAX_BYTES) yield* pieces.splice(0)
  }
  // A character per byte, whatever the page's encoding: addresses are ASCII in all that browsers know.
  if (pieces.length) yield Buffer.from(withLinks(Buffer.concat(pieces).toString('latin1'), change), 'latin1')
}
