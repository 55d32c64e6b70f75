/** Bodies by their Content-Type: JSON, YAML or protobuf, read into plain JSON. */
import { ProtobufError } from '#base/protobuf.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { Malformed } from '#schema/accept.ts'
import { decodeProtobuf } from '#schema/protobuf.ts'
import { decodeEnvelope } from '#schema/protobuf-envelope.ts'
import type { Type } from '#schema/vocabulary.ts'
import type { Incoming } from '../request.ts'
import { type Parsed, parseJson, parseYaml } from './text.ts'

export const JSON_TYPE = 'application/json'
export const YAML_TYPE = 'application/yaml'
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf'
const BODY_TYPES = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE] as const

/** The media type of a request's body without its parameters; JSON when there is none. */
export function contentType({ headers }: Pick<Incoming, 'headers'>): string {
  const header = headers['content-type']
  const text = typeof header === 'string' ? header : (header?.[0] ?? '')
  return (text.split(';')[0] as string).trim().toLowerCase() || JSON_TYPE
}

/** Reads the body as an object of `kind`. Throws UnsupportedMediaType for other types, BadRequest when it cannot be read. */
export async function readBody(
  incoming: Incoming,
  type: AnyKind | Type<unknown>,
  { isOptional = false }: { readonly isOptional?: boolean } = {},
): Promise<Parsed> {
  const media = contentType(incoming)
  const body = await incoming.body()
  if ('object' in body) return { value: body.object, duplicates: [] }
  if (isOptional && body.length === 0) return { value: undefined, duplicates: [] }
  if (!BODY_TYPES.some(known => known === media)) throw refuse.unsupportedMediaType(BODY_TYPES)
  if (media === PROTOBUF_TYPE) return { value: fromProtobuf(body, type as Type<unknown>), duplicates: [] }
  return media === YAML_TYPE ? parseYaml(body) : parseJson(body)
}

/** The body of a JSON-based patch. Throws BadRequest. */
export async function readPatch(incoming: Incoming): Promise<unknown> {
  const body = await incoming.body()
  return 'object' in body ? body.object : parseJson(body).value
}
/** The body of an apply: YAML, of which JSON is a part. Throws BadRequest. */
export async function readYaml(incoming: Incoming): Promise<unknown> {
  const body = await incoming.body()
  return 'object' in body ? body.object : parseYaml(body).value
}

function fromProtobuf(bytes: Uint8Array, type: Type<unknown>): unknown {
  try {
    const { apiVersion, kind, raw } = decodeEnvelope(bytes)
    return { apiVersion, kind, ...(decodeProtobuf(type, raw) as object) }
  } catch (error) {
    if (!(error instanceof ProtobufError) && !(error instanceof Malformed)) throw error
    throw refuse.badRequest(error.message)
  }
}
