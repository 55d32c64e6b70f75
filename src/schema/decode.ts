/** From parsed JSON to a fresh canonical draft: unknown fields dropped and named, types checked, presence as the rules say. */
import { jsonWord, Malformed, TypeMismatch } from './accept.ts'
import { compiled, later } from './compiled.ts'
import { put } from './json-value.ts'
import { ANY, belongsAt } from './misplaced.ts'
import { assemble, type CanonicalField, canonicalFields, zeroInside } from './presence.ts'
import { guess } from './spelling.ts'
import { type Draft, type Shape, type StructShape, shapeOf, type Type } from './vocabulary.ts'

export interface DecodeOptions {
  /** What happens to unknown fields (metav1 fieldValidation); Ignore, the default, does not even name them. */
  readonly strictness?: 'Ignore' | 'Warn' | 'Strict'
}
export interface Decoded<T> {
  readonly value: Draft<T>
  /** What a strict server refuses and a warning one tells: `unknown field "spec.foo"`. Empty for Ignore. */
  readonly problems: string[]
  /** For unknown fields that look like typing errors or wrong indentation: what was written where, and which field was probably meant. */
  readonly suggestions: Suggestion[]
}
export interface Suggestion {
  /** Path of the unknown field, `spec.containers[0].restartpolicy`. */
  readonly path: string
  /** The name that is known there, or the path at which the field belongs. */
  readonly known: string
}
/** JSON that does not fit the declared type. The message is what upstream's decoder says. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  /** What would cure it, where that can be told; upstream's message says nothing of it. */
  readonly cure: string | undefined
  constructor(message: string, { cure, ...options }: ErrorOptions & { readonly cure?: string | undefined } = {}) {
    super(message, options)
    this.cure = cure
  }
}

/** So that no body can exhaust the stack; the deepest objects that people write are CRD schemas of some dozens of levels. */
export const DEPTH_MAX = 300
/** Upstream's limit of strict errors that one request collects. */
export const PROBLEMS_MAX = 100

/**
 * Decodes parsed JSON. The draft shares nothing with the input but raw values that are frozen; its fields stand in the order of their declaration, its map keys
 * in theirs. At the root, `kind` and `apiVersion` are kept. Throws DecodeError when the value is not of the type.
 */
export function decode<T>(type: Type<T>, value: unknown, { strictness = 'Ignore' }: DecodeOptions = {}): Decoded<T> {
  const trail: Trail = {
    root: type,
    path: [],
    owner: '',
    depth: 0,
    isStrict: strictness !== 'Ignore',
    isRoot: true,
    problems: [],
    suggestions: [],
  }
  try {
    const draft = readingOf(type)(value, trail) as Draft<T>
    return { value: draft, problems: trail.problems.length ? [...new Set(trail.problems)] : trail.problems, suggestions: trail.suggestions }
  } catch (error) {
    if (error instanceof TypeMismatch) throw new DecodeError(mismatch(error, trail), { cause: error, cure: cureOf(error) })
    if (error instanceof Malformed) throw new DecodeError(error.message, { cause: error, cure: `see "${pathText(trail.path)}"` })
    throw error
  }
}

/** Decodes what stands inside a scalar that holds values of another type; unknown fields in there are dropped without being named. */
export const decodeInside = <T>(type: Type<T>, value: unknown): Draft<T> =>
  readingOf(type)(value, {
    root: type,
    path: [],
    owner: '',
    depth: 0,
    isStrict: false,
    isRoot: false,
    problems: [],
    suggestions: [],
  }) as Draft<T>

/** Where decoding stands. `path` has field names, positions, and map keys behind a NUL. */
interface Trail {
  readonly root: Type<unknown>
  readonly path: (string | number)[]
  /** The struct whose field is being read. */
  owner: string
  depth: number
  isRoot: boolean
  readonly isStrict: boolean
  readonly problems: string[]
  readonly suggestions: Suggestion[]
}
/** Gives undefined where the value stands for absence. */
type Reading = (value: unknown, trail: Trail) => unknown

const ENTRY = '\0'
const readingOf = compiled<Reading>(shape => {
  switch (shape.form) {
    case 'scalar':
      return shape.accept
    case 'list':
      return listReading(shape, shape.of)
    case 'map':
      return mapReading(shape, shape.of)
    case 'struct':
      return structReading(shape)
  }
})

function listReading(list: Shape, of: Type<unknown>): Reading {
  const item = later(() => readingOf(of))
  return (value, trail) => {
    if (!Array.isArray(value)) throw new TypeMismatch(goType(list), value)
    const read = item()
    enter(trail)
    const items: unknown[] = []
    for (let i = 0; i < value.length; i++) {
      trail.path.push(i)
      const given: unknown = value[i]
      items.push((given === null || given === undefined ? undefined : read(given, trail)) ?? zeroInside(of))
      trail.path.pop()
    }
    trail.depth--
    return items
  }
}

function mapReading(map: Shape, of: Type<unknown>): Reading {
  const item = later(() => readingOf(of))
  return (value, trail) => {
    if (!isObject(value)) throw new TypeMismatch(goType(map), value)
    const read = item()
    enter(trail)
    const entries = {}
    for (const key of Object.keys(value).sort()) {
      trail.path.push(ENTRY + key)
      const given = value[key]
      put(entries, key, (given === null || given === undefined ? undefined : read(given, trail)) ?? zeroInside(of))
      trail.path.pop()
    }
    trail.depth--
    return entries
  }
}

interface FieldReading extends CanonicalField {
  readonly read: Reading
}
function structReading(struct: StructShape): Reading {
  const plan = later(() => structPlan(struct))
  const isKind = 'apiVersion' in struct
  return (value, trail) => {
    if (!isObject(value)) throw new TypeMismatch(goType(struct), value)
    const { fields, byName } = plan()
    const hasHeader = trail.isRoot || isKind
    trail.isRoot = false
    enter(trail)
    const values: unknown[] = new Array(fields.length).fill(undefined)
    const draft: Record<string, unknown> = {}
    if (hasHeader) readHeader(value, draft, struct, trail)
    const names = Object.keys(value)
    for (const name of names) {
      const field = byName.get(name)
      const given = value[name]
      if (field === undefined) {
        if (hasHeader && (name === 'kind' || name === 'apiVersion')) continue
        if (trail.isStrict) reportUnknown({ name, beside: names }, byName, trail, hasHeader)
      } else if (given !== null && given !== undefined) {
        trail.owner = struct.name
        trail.path.push(name)
        values[field.position] = field.read(given, trail)
        trail.path.pop()
      }
    }
    assemble(fields, values, draft)
    trail.depth--
    return draft
  }
}
function structPlan(struct: StructShape): { fields: readonly FieldReading[]; byName: ReadonlyMap<string, FieldReading> } {
  const fields = canonicalFields(struct).map(field => ({ ...field, read: readingOf(field.type) }))
  return { fields, byName: new Map(fields.map(field => [field.name, field])) }
}

/** `kind` and `apiVersion` of objects; where a struct declares such fields itself, they are fields. */
function readHeader(value: Record<string, unknown>, draft: Record<string, unknown>, struct: StructShape, trail: Trail): void {
  for (const name of ['kind', 'apiVersion']) {
    const given = value[name]
    if (given === undefined || given === null || name in struct.fields) continue
    trail.owner = struct.name
    if (typeof given !== 'string') {
      trail.path.push(name)
      throw new TypeMismatch('string', given)
    }
    if (given) draft[name] = given
  }
}

function enter(trail: Trail): void {
  if (++trail.depth > DEPTH_MAX) throw new DecodeError('exceeded max depth')
}

/** An unknown field, and the names that stand beside it. */
interface Unknown {
  readonly name: string
  readonly beside: readonly string[]
}
function reportUnknown({ name, beside }: Unknown, known: ReadonlyMap<string, unknown>, trail: Trail, hasHeader: boolean): void {
  if (trail.problems.length >= PROBLEMS_MAX) return
  const path = pathText([...trail.path, name])
  trail.problems.push(`unknown field "${path}"`)
  const likely = guess(name, hasHeader ? ['apiVersion', 'kind', ...known.keys()] : known.keys())
  if (likely !== undefined) trail.suggestions.push({ path, known: likely })
  else {
    const place = belongsAt(name, { root: trail.root, trail: trail.path, beside })
    if (place) trail.suggestions.push({ path, known: pathText(place) })
  }
}
/** `spec.containers[0].foo`; map keys stand like fields, as upstream's strict decoder writes them. */
function pathText(path: readonly (string | number)[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part === ANY ? '*' : part}]`
    else text += `${text && '.'}${part.startsWith(ENTRY) ? part.slice(1) : part}`
  }
  return text
}

function mismatch(error: TypeMismatch, { path, owner }: Trail): string {
  const fields = path.filter(part => typeof part === 'string' && !part.startsWith(ENTRY))
  if (!fields.length) return error.message
  const word = jsonWord(error.expected, error.actual)
  return `json: cannot unmarshal ${word} into Go struct field ${owner}.${fields.join('.')} of type ${error.expected}`
}
/** Quotes too many or too few, and a list that was not begun: what people write in YAML without noticing. */
function cureOf({ expected, actual }: TypeMismatch): string | undefined {
  if (expected === 'string' && (typeof actual === 'number' || typeof actual === 'boolean')) return `did you mean "${actual}", in quotes?`
  const plain = expected === 'bool' ? /^(true|false)$/ : /^-?\d+$/
  if ((expected === 'bool' || expected.startsWith('int')) && typeof actual === 'string' && plain.test(actual))
    return `did you mean ${actual}, without quotes?`
  return expected.startsWith('[]') && isObject(actual) ? 'did you mean a list? Its items begin with "- "' : undefined
}
function goType(shape: Shape): string {
  switch (shape.form) {
    case 'scalar':
      return shape.goType ?? shape.name
    case 'list':
      return `[]${goType(shapeOf(shape.of))}`
    case 'map':
      return `map[string]${goType(shapeOf(shape.of))}`
    case 'struct':
      return `${shape.package.split('.').at(-1)}.${shape.name}`
  }
}
const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value)
