/** Paths that collect problems: the words of a problem equal upstream's field errors (apimachinery, util/validation/field). */
import { quote } from '#base/quote.ts'
import { OMITTED, type Path, type Problem, type ProblemReason } from './vocabulary.ts'

/** A path from which problems are collected; the root (`text` absent) is the object itself. */
export const pathAt = (text = ''): Path & { readonly problems: Problem[] } => new Position(undefined, text, [])

/** One place in an object. The text is only put together when somebody asks, since most places have no problem. */
class Position implements Path {
  readonly problems: Problem[]
  readonly #parent: Position | undefined
  readonly #segment: string | number
  readonly #isEntry: boolean
  constructor(parent: Position | undefined, segment: string | number, problems: Problem[], isEntry = false) {
    this.#parent = parent
    this.#segment = segment
    this.problems = problems
    this.#isEntry = isEntry
  }
  get text(): string {
    const before = this.#parent?.text ?? ''
    if (typeof this.#segment === 'number' || this.#isEntry) return `${before}[${this.#segment}]`
    return before && this.#segment ? `${before}.${this.#segment}` : before || this.#segment
  }
  key(name: string): Position {
    return new Position(this, name, this.problems)
  }
  index(position: number): Position {
    return new Position(this, position, this.problems)
  }
  entry(key: string): Position {
    return new Position(this, key, this.problems, true)
  }
  #add(reason: ProblemReason, ...parts: readonly string[]): void {
    this.problems.push({ field: this.text, reason, message: parts.filter(Boolean).join(': ') })
  }
  invalid(value: unknown, message: string): void {
    this.#add('FieldValueInvalid', 'Invalid value', value === OMITTED ? '' : shown(value), message)
  }
  required(message = ''): void {
    this.#add('FieldValueRequired', 'Required value', message)
  }
  forbidden(message: string): void {
    this.#add('FieldValueForbidden', 'Forbidden', message)
  }
  duplicate(value: unknown, message = ''): void {
    this.#add('FieldValueDuplicate', 'Duplicate value', shown(value), message)
  }
  unsupported(value: unknown, supported: readonly string[]): void {
    const names = supported.length ? `supported values: ${supported.map(quote).join(', ')}` : ''
    this.#add('FieldValueNotSupported', 'Unsupported value', shown(value), names)
  }
  notFound(value: unknown): void {
    this.#add('FieldValueNotFound', 'Not found', shown(value))
  }
  tooLong(maximumBytes: number): void {
    this.#add('FieldValueTooLong', 'Too long', `may not be more than ${maximumBytes} ${maximumBytes === 1 ? 'byte' : 'bytes'}`)
  }
  tooMany(actual: number, maximum: number): void {
    this.#add('FieldValueTooMany', 'Too many', String(actual), `must have at most ${maximum} ${maximum === 1 ? 'item' : 'items'}`)
  }
}

/** A value inside a message: strings quoted, numbers plain, everything else as JSON. */
export const shown = (value: unknown): string => (typeof value === 'string' ? quote(value) : (JSON.stringify(value) ?? 'null'))
