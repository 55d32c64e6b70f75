/** OpenAPI v2 as the protobuf message that client-go asks for: gnostic's openapi.v2.Document. */
import { ProtobufWriter } from '#base/protobuf.ts'
import { isObject, type JsonObject } from '../json-value.ts'

/** The content type of the answer. */
export const GNOSTIC_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
/** What clients ask for. Of the first, which is no valid media type, they cannot read the answer: it is answered with the other one. */
export const GNOSTIC_ACCEPTED: readonly string[] = ['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', GNOSTIC_TYPE]

/** How one value is written below a field number. Nothing is written for what is absent. */
type Write = (writer: ProtobufWriter, field: number, value: unknown) => void
/** The fields of a message: JSON name, number, form. Source: gnostic-models, openapiv2/OpenAPIv2.proto. */
type Message = readonly (readonly [name: string, field: number, write: Write])[]

/** The document, as openapiV2 builds it, in bytes. */
export function encodeGnostic(document: JsonObject): Uint8Array {
  const writer = new ProtobufWriter(64 * 1024)
  body(writer, DOCUMENT, document)
  return writer.finish()
}

/** Backwards, as the writer goes: the last field first. */
function body(writer: ProtobufWriter, message: Message, value: JsonObject): void {
  for (let i = message.length - 1; i >= 0; i--) {
    const [name, field, write] = message[i] as Message[number]
    write(writer, field, name === '*' ? value : value[name])
  }
}
function nested(writer: ProtobufWriter, field: number, write: () => void): void {
  const before = writer.written
  write()
  writer.varint(writer.written - before)
  writer.tag(field, 2)
}

const text: Write = (writer, field, value) => {
  if (typeof value !== 'string' || !value) return
  writer.string(value)
  writer.tag(field, 2)
}
const flag: Write = (writer, field, value) => {
  if (value !== true) return
  writer.varint(1)
  writer.tag(field, 0)
}
const whole: Write = (writer, field, value) => {
  if (typeof value !== 'number' || value === 0) return
  writer.varint(value)
  writer.tag(field, 0)
}
const real: Write = (writer, field, value) => {
  if (typeof value !== 'number' || value === 0) return
  writer.double(value)
  writer.tag(field, 1)
}
const repeated =
  (write: Write): Write =>
  (writer, field, value) => {
    if (Array.isArray(value)) for (let i = value.length - 1; i >= 0; i--) write(writer, field, value[i])
  }
const message =
  (of: () => Message): Write =>
  (writer, field, value) => {
    if (isObject(value)) nested(writer, field, () => body(writer, of(), value))
  }
/** A message whose only field is this one. */
const wrapped =
  (inner: number, write: Write): Write =>
  (writer, field, value) => {
    if (value !== undefined) nested(writer, field, () => write(writer, inner, value))
  }
/** Any value, as YAML text, of which JSON is a part. */
const any: Write = (writer, field, value) => {
  if (value === undefined) return
  nested(writer, field, () => {
    writer.string(`${JSON.stringify(value)}\n`)
    writer.tag(2, 2)
  })
}
/** Entries of a map, each a message of name and value; `admits` chooses among the properties. */
const named =
  (write: Write, admits: (name: string) => boolean = () => true): Write =>
  (writer, field, value) => {
    if (!isObject(value)) return
    for (const name of Object.keys(value).reverse()) {
      if (!admits(name)) continue
      nested(writer, field, () => {
        write(writer, 2, value[name])
        text(writer, 1, name)
      })
    }
  }
const isExtension = (name: string) => name.startsWith('x-')
const extensionsAt = (field: number): Message[number] => ['*', field, named(any, isExtension)]
const typeItem: Write = (writer, field, value) => {
  if (value !== undefined) nested(writer, field, () => repeated(text)(writer, 1, Array.isArray(value) ? value : [value]))
}

const schema = message(() => SCHEMA)
const additional: Write = (writer, field, value) => {
  if (value === undefined) return
  nested(writer, field, () => {
    if (typeof value !== 'boolean') return schema(writer, 1, value)
    writer.varint(value ? 1 : 0)
    writer.tag(2, 0)
  })
}
const SCHEMA: Message = [
  ['$ref', 1, text],
  ['format', 2, text],
  ['title', 3, text],
  ['description', 4, text],
  ['default', 5, any],
  ['multipleOf', 6, real],
  ['maximum', 7, real],
  ['exclusiveMaximum', 8, flag],
  ['minimum', 9, real],
  ['exclusiveMinimum', 10, flag],
  ['maxLength', 11, whole],
  ['minLength', 12, whole],
  ['pattern', 13, text],
  ['maxItems', 14, whole],
  ['minItems', 15, whole],
  ['uniqueItems', 16, flag],
  ['maxProperties', 17, whole],
  ['minProperties', 18, whole],
  ['required', 19, repeated(text)],
  ['enum', 20, repeated(any)],
  ['additionalProperties', 21, additional],
  ['type', 22, typeItem],
  ['items', 23, wrapped(1, schema)],
  ['properties', 25, wrapped(1, named(schema))],
  ['example', 30, any],
  extensionsAt(31),
]

/** Query and path parameters share their fields but for one, which the former have in the fifth place. */
const simple = (isQuery: boolean): Message => {
  const shift = isQuery ? 1 : 0
  return [
    ['required', 1, flag],
    ['in', 2, text],
    ['description', 3, text],
    ['name', 4, text],
    ['type', 5 + shift, text],
    ['format', 6 + shift, text],
    ['uniqueItems', 19 + shift, flag],
  ]
}
const QUERY = simple(true)
const PATH = simple(false)
const BODY: Message = [
  ['description', 1, text],
  ['name', 2, text],
  ['in', 3, text],
  ['required', 4, flag],
  ['schema', 5, schema],
]
/** ParametersItem → Parameter → BodyParameter, or → NonBodyParameter → one for each place. */
const parameter: Write = (writer, field, value) => {
  if (!isObject(value)) return
  const of = (place: unknown): Write =>
    place === 'body'
      ? message(() => BODY)
      : wrapped(place === 'query' ? 3 : 4, place === 'query' ? message(() => QUERY) : message(() => PATH))
  nested(writer, field, () => nested(writer, 1, () => of(value.in)(writer, value.in === 'body' ? 1 : 2, value)))
}

const RESPONSE: Message = [['description', 1, text], ['schema', 2, wrapped(1, schema)], extensionsAt(5)]
const response: Write = (writer, field, value) => nested(writer, field, () => message(() => RESPONSE)(writer, 1, value))
const OPERATION: Message = [
  ['tags', 1, repeated(text)],
  ['summary', 2, text],
  ['description', 3, text],
  ['operationId', 5, text],
  ['produces', 6, repeated(text)],
  ['consumes', 7, repeated(text)],
  ['parameters', 8, repeated(parameter)],
  ['responses', 9, wrapped(1, named(response))],
  ['schemes', 10, repeated(text)],
  ['deprecated', 11, flag],
  extensionsAt(13),
]
const operation = message(() => OPERATION)
const PATH_ITEM: Message = [
  ['get', 2, operation],
  ['put', 3, operation],
  ['post', 4, operation],
  ['delete', 5, operation],
  ['options', 6, operation],
  ['head', 7, operation],
  ['patch', 8, operation],
  ['parameters', 9, repeated(parameter)],
  extensionsAt(10),
]
const INFO: Message = [
  ['title', 1, text],
  ['version', 2, text],
  ['description', 3, text],
]
const API_KEY: Message = [
  ['type', 1, text],
  ['name', 2, text],
  ['in', 3, text],
  ['description', 4, text],
]
const DOCUMENT: Message = [
  ['swagger', 1, text],
  ['info', 2, message(() => INFO)],
  ['paths', 8, wrapped(2, named(message(() => PATH_ITEM)))],
  ['definitions', 9, wrapped(1, named(schema))],
  ['security', 12, repeated(wrapped(1, named(wrapped(1, repeated(text)))))],
  [
    'securityDefinitions',
    13,
    wrapped(
      1,
      named(
        wrapped(
          2,
          message(() => API_KEY),
        ),
      ),
    ),
  ],
]
