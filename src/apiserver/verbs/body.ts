/** The object in a request's body: read by its content type, decoded as its kind, defaulted, and found to be where it was sent. */
import { quote } from '#base/quote.ts'
import type { AnyKind } from '#kinds/catalogue.ts'
import { refuse } from '#kinds/meta/refusal.ts'
import { DecodeError, decode, type Suggestion } from '#schema/decode.ts'
import { fillDefaults } from '#schema/default.ts'
import { goText, isObject, type JsonObject } from '#schema/json-value.ts'
import { guess } from '#schema/spelling.ts'
import type { Draft } from '#schema/vocabulary.ts'
import type { Call } from '../call.ts'
import { readBody } from '../negotiate/content-type.ts'
import type { AnyObject } from '../resources/item.ts'
import { inDocumentOrder } from './document-order.ts'
import type { WriteOptions } from './options.ts'

type Strictness = Pick<WriteOptions, 'fieldValidation'>

/** The body as a draft of `kind`. Throws BadRequest as upstream's decoder does. */
export async function draftFrom(call: Call, kind: AnyKind, { fieldValidation }: Strictness): Promise<AnyObject> {
  const { value, duplicates } = await readBody(call.incoming, kind)
  return draftOf(call, kind, { value, fieldValidation, duplicates })
}

interface Given extends Strictness {
  readonly value: unknown
  /** Problems that reading the text has shown: keys that stand twice. */
  readonly duplicates?: readonly string[]
}
/** A draft of `kind` from parsed JSON, with its defaults. Warns or refuses by the field validation that was asked for. */
export function draftOf(call: Call, kind: AnyKind, { value, fieldValidation, duplicates = [] }: Given): AnyObject {
  checkType(kind, value)
  try {
    const decoded = decode(kind as never, value, { strictness: fieldValidation })
    const problems =
      fieldValidation === 'Ignore'
        ? []
        : duplicates.length
          ? inDocumentOrder([...duplicates, ...decoded.problems], value)
          : decoded.problems
    const cures = decoded.suggestions
    if (problems.length && fieldValidation === 'Strict')
      throw new DecodeError(`strict decoding error: ${problems.join(', ')}${cureOf(cures)}`)
    for (const problem of problems) call.warn(problem + cureOf(cures.filter(({ path }) => problem === `unknown field "${path}"`)))
    const draft = { ...(decoded.value as AnyObject), apiVersion: kind.apiVersion, kind: kind.name }
    return fillDefaults(kind as never, draft as Draft<never>) as AnyObject
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw refuse.badRequest(
      `${kind.name} in version ${quote(kind.version)} cannot be handled as a ${kind.name}: ${error.message}${error.cure ? `; ${error.cure}` : ''}`,
    )
  }
}

/** What was probably meant. It stands behind upstream's words, so that clients still find those. */
function cureOf(suggestions: readonly Suggestion[]): string {
  const [first, second] = suggestions
  if (!first) return ''
  const meant = second ? suggestions.map(({ path, known }) => `"${known}" instead of "${path}"`) : [`"${first.known}"`]
  return `; did you mean ${meant.join(', ')}?`
}

/** Only objects of the resource's own group, version and kind are taken; both may be left out. */
function checkType(kind: AnyKind, value: unknown): asserts value is JsonObject {
  if (!isObject(value))
    throw refuse.badRequest(
      `the object provided is unrecognized (must be of type ${kind.name}): couldn't get version/kind; json parse error: ${notAnObject(value)}`,
    )
  const { apiVersion, kind: name } = value
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== kind.apiVersion)
    throw refuse.badRequest(
      `the API version in the data (${goText(apiVersion)}) does not match the expected API version (${kind.apiVersion})`,
    )
  const cannot = `${goText(name)} in version ${quote(kind.version)} cannot be handled as a ${kind.name}`
  if (typeof name === 'string' && name !== kind.name && guess(name, [kind.name]))
    throw refuse.badRequest(
      `${cannot}: no kind ${quote(name)} is registered for version ${quote(kind.apiVersion)}; did you mean ${quote(kind.name)}?`,
    )
  if (name !== undefined && name !== '' && name !== kind.name)
    throw refuse.badRequest(`${cannot}: converting (${goText(name)}) to (${kind.name}): unknown conversion`)
}
const notAnObject = (value: unknown) =>
  `json: cannot unmarshal ${Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`
