/** An outcome as HTTP tells it: status, headers, and a body that is bytes, a stream of bytes, or the connection itself. */
import { isRefusal } from '#kinds/meta/refusal.ts'
import type { Outcome } from '../pipeline.ts'
import type { Incoming, Connection } from '../request.ts'
import { type Result, valueResult, type WatchResult } from '../result.ts'
import { PROTOBUF_TYPE } from './content-type.ts'
import { encodeEvent, encodeList, encodeObject, encodeValue } from './encode.ts'
import type { Joined } from './joined.ts'
import { PLAIN, type Representation, representationFor } from './negotiate.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>
export type Answer =
  | { readonly code: number; readonly headers: Headers; readonly body: Uint8Array | Joined | AsyncIterable<Uint8Array> }
  | { readonly take: (connection: Connection) => void }

/** Never throws a refusal: one that comes up here becomes the answer. */
export function answerOf(outcome: Outcome, incoming: Pick<Incoming, 'headers' | 'query'>, now: () => number): Answer {
  const answer = (result: Result) => told(result, incoming, now)
  const common = commonHeaders(outcome)
  const made = refusalsTold(() => answer(outcome.result), answer)
  return 'take' in made ? made : { ...made, headers: { ...common, ...made.headers } }
}
function refusalsTold(attempt: () => Answer, answer: (result: Result) => Answer): Answer {
  try {
    return attempt()
  } catch (error) {
    if (!isRefusal(error)) throw error
    return answer(valueResult(error.status, error.code))
  }
}

function commonHeaders({ id, warnings }: Outcome): Headers {
  return {
    'audit-id': id,
    'cache-control': 'no-cache, private',
    ...(warnings.length && { warning: warnings.map(text => `299 - ${headerText(text)}`) }),
  }
}
/** A quoted string of RFC 9110; control characters would break the header. */
const headerText = (text: string) =>
  `"${text
    .replaceAll(/[\p{Cc}]/gu, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .replaceAll(/["\\]/g, '\\$&')}"`

function told(result: Result, incoming: Pick<Incoming, 'headers' | 'query'>, now: () => number): Answer {
  switch (result.form) {
    case 'upgrade':
      return { take: result.take }
    case 'bytes':
      return { code: result.code, headers: result.headers, body: typeof result.body === 'string' ? Buffer.from(result.body) : result.body }
    case 'stream':
      return { code: result.code, headers: result.headers, body: result.body }
    case 'value': {
      // Objects beside the resources, such as reviews, have no columns; only what is no object at all is told to those who want a table.
      const representation = result.kind
        ? representationFor(incoming, { hasProtobuf: true, isTransformable: false })
        : representationOrPlain(incoming)
      const { bytes, media } = encodeValue(result, representation)
      return { code: result.code, headers: { 'content-type': media, ...retryAfter(result.value) }, body: bytes }
    }
    case 'object': {
      const telling = {
        representation: representationFor(incoming, { hasProtobuf: !result.resource.isCustom, isTransformable: true }),
        nowMs: now(),
      }
      return {
        code: result.code,
        headers: { 'content-type': telling.representation.media },
        body: encodeObject(result.item, result.resource, telling),
      }
    }
    case 'list': {
      const telling = {
        representation: representationFor(incoming, { hasProtobuf: !result.resource.isCustom, isTransformable: true }),
        nowMs: now(),
      }
      return { code: result.code, headers: { 'content-type': telling.representation.media }, body: encodeList(result, telling) }
    }
    case 'watch': {
      const representation = representationFor(incoming, { hasProtobuf: !result.resource.isCustom, isTransformable: true, isWatch: true })
      const type = representation.media === PROTOBUF_TYPE ? `${PROTOBUF_TYPE};stream=watch` : representation.media
      return { code: 200, headers: { 'content-type': type }, body: frames(result, representation, now) }
    }
  }
}
/** A refusal must reach the client even if it accepts nothing that we have. */
function representationOrPlain(incoming: Pick<Incoming, 'headers' | 'query'>): Representation {
  try {
    return representationFor(incoming, { hasProtobuf: true, isTransformable: false })
  } catch (error) {
    if (!isRefusal(error)) throw error
    return PLAIN
  }
}
function retryAfter(value: object): Headers {
  const seconds = (value as { readonly details?: { readonly retryAfterSeconds?: number } }).details?.retryAfterSeconds
  return seconds ? { 'retry-after': String(seconds) } : {}
}
async function* frames(
  { events, resource }: WatchResult,
  representation: Representation,
  now: () => number,
): AsyncGenerator<Uint8Array, void> {
  let isContinued = false
  for await (const batch of events) {
    const nowMs = now()
    const pieces = batch.map(event => {
      const piece = encodeEvent(event, resource, { representation, nowMs, isContinued })
      isContinued = true
      return piece
    })
    yield pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
  }
}
