/** How values of a kubelet configuration are read: each reader gives the value in the unit in which it is used, or says what is wrong and what would be right. */
import { parseDuration } from '#base/duration.ts'
import { parseQuantity } from '#schema/quantity.ts'
import { guess } from '#schema/spelling.ts'
import { isSignal, SIGNALS, type Signal } from '../eviction/signals.ts'

/** A value that cannot be used. The message names it and ends in the cure; `at` is its key in a map. */
export class WrongValue extends Error {
  override readonly name = 'WrongValue'
  readonly at: string | undefined
  constructor(message: string, at?: string) {
    super(message)
    this.at = at
  }
}
/** Throws WrongValue. */
export type Reader<T> = (value: unknown) => T

const shown = (value: unknown) => JSON.stringify(value) ?? 'nothing'
const wrong = (value: unknown, what: string, cure: string): never => {
  throw new WrongValue(`${shown(value)} ${what}; ${cure}`)
}

export const integer =
  ({ min, max = 2 ** 31 - 1, example }: { readonly min: number; readonly max?: number; readonly example: number }): Reader<number> =>
  value =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : wrong(value, `is no whole number from ${min} to ${max}`, `give one like ${example}`)

export const flag: Reader<boolean> = value =>
  typeof value === 'boolean' ? value : wrong(value, 'is neither true nor false', 'give one of them, without quotes')

/** Milliseconds. */
export const span: Reader<number> = value => {
  try {
    const ms = Number(parseDuration(value as string)) / 1e6
    if (typeof value === 'string' && ms >= 0) return ms
  } catch {
    // Said below, with what would be right.
  }
  return wrong(value, 'is no duration', 'give one like "30s", "1m30s" or "5m"')
}

/** Milliseconds. */
export const spanWithin =
  (min: string, max: string): Reader<number> =>
  value => {
    const ms = span(value)
    return ms >= span(min) && ms <= span(max) ? ms : wrong(value, `is not from ${min} to ${max}`, `give one like "${max}"`)
  }

export const text: Reader<string> = value => (typeof value === 'string' ? value : wrong(value, 'is no text', 'put it into quotes'))

/** A quantity above zero, or, where `isPartAllowed`, a part such as `10%`. */
export const amount =
  ({ isPartAllowed = false, isZeroAllowed = false } = {}): Reader<string> =>
  value => {
    const text = typeof value === 'number' ? String(value) : value
    const cure = isPartAllowed ? 'give one like "500Mi" or "10%"' : 'give one like "500Mi" or "2Gi"'
    if (typeof text !== 'string') return wrong(value, 'is no quantity', cure)
    if (isPartAllowed && text.endsWith('%')) {
      const percent = Number(text.slice(0, -1))
      if (!(percent >= 0 && percent <= 100)) wrong(value, 'is no part from 0% to 100%', cure)
      return text
    }
    try {
      const { nanos } = parseQuantity(text)
      if (nanos > 0n || (isZeroAllowed && nanos === 0n)) return text
    } catch {
      // Said below, with what would be right.
    }
    return wrong(value, isZeroAllowed ? 'is no quantity' : 'is no quantity above zero', cure)
  }

export const texts: Reader<readonly string[]> = value =>
  Array.isArray(value) && value.every(item => typeof item === 'string')
    ? value
    : wrong(value, 'is no list of texts', 'write each in a line of its own that begins with "- "')

/** A list of some of `names`. */
export const someOf =
  <const N extends string>(names: readonly N[]): Reader<readonly N[]> =>
  value => {
    const given = texts(value)
    const other = given.find(name => !(names as readonly string[]).includes(name))
    return other === undefined ? (given as readonly N[]) : wrong(other, 'is not among them', meant(other, names))
  }
export const oneOf =
  <const N extends string>(names: readonly N[]): Reader<N> =>
  value =>
    (names as readonly unknown[]).includes(value) ? (value as N) : wrong(value, 'is none of them', meant(String(value), names))
export const path: Reader<string> = value =>
  typeof value === 'string' && value.startsWith('/')
    ? value
    : wrong(value, 'is no absolute path', 'give one like "/etc/kubernetes/manifests"')

/** A list of maps that have all of the names in `readers`, and no others. */
export const listOf =
  <T extends object>(readers: { readonly [K in keyof T]: Reader<T[K]> }): Reader<readonly T[]> =>
  value => {
    const names = Object.keys(readers) as (keyof T & string)[]
    const cure = `write each as a map with ${names.join(' and ')}`
    if (!Array.isArray(value)) return wrong(value, 'is no list', cure)
    return value.map((item: unknown) => {
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return wrong(item, 'is no map', cure)
      const given = item as Readonly<Record<string, unknown>>
      const unknown = Object.keys(given).find(name => !names.includes(name as never))
      if (unknown !== undefined) throw new WrongValue(`unknown name; ${meant(unknown, names)}`, unknown)
      return Object.fromEntries(names.map(name => [name, readers[name](given[name])])) as T
    })
  }

/** A map from some of `names` to what `read` gives. */
export const mapOf =
  <K extends string, T>(names: readonly K[], read: Reader<T>): Reader<Readonly<Partial<Record<K, T>>>> =>
  value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return wrong(value, 'is no map', `write lines like "${names[0]}: …" below it`)
    const entries = Object.entries(value).map(([name, item]) => {
      if (!(names as readonly string[]).includes(name)) throw new WrongValue(`unknown name; ${meant(name, names)}`, name)
      try {
        return [name, read(item)] as const
      } catch (error) {
        throw error instanceof WrongValue ? new WrongValue(error.message, name) : error
      }
    })
    return Object.fromEntries(entries) as Partial<Record<K, T>>
  }
/** Of what is available; what all pods together may still use follows from it and is not set. */
export const SETTABLE_SIGNALS: readonly Signal[] = Object.keys(SIGNALS)
  .filter(isSignal)
  .filter(signal => signal !== 'allocatableMemory.available')

/** What somebody most likely meant, else what there is. */
export function meant(name: string, known: readonly string[]): string {
  const likely = guess(name, known)
  return likely === undefined ? `there are ${known.join(', ')}` : `did you mean "${likely}"?`
}
