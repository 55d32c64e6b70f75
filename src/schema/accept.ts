/** What each scalar type accepts from JSON, and in which form it keeps it. */
import { decodeBase64, encodeBase64 } from '#base/base64.ts'
import { formatDuration, parseDuration } from '#base/duration.ts'
import { formatMicroseconds, formatSeconds, isCanonicalTime, parseTime } from '#base/rfc3339.ts'
import { clone } from './json-value.ts'
import { canonicalQuantity } from './quantity.ts'

/** A JSON value of the wrong type; `expected` is Go's word for what the field holds. */
export class TypeMismatch extends Error {
  readonly expected: string
  readonly actual: unknown
  constructor(expected: string, actual: unknown) {
    super(`json: cannot unmarshal ${jsonWord(expected, actual)} into Go value of type ${expected}`)
    this.expected = expected
    this.actual = actual
  }
}
/** Go's word for a JSON value that does not fit; numbers that do not fit an integer are named. */
export const jsonWord = (expected: string, actual: unknown): string =>
  actual === null
    ? 'null'
    : Array.isArray(actual)
      ? 'array'
      : typeof actual === 'boolean'
        ? 'bool'
        : typeof actual === 'number' && expected.startsWith('int')
          ? `number ${actual}`
          : typeof actual

/** A value of the right JSON type that cannot be read. Its message stands alone, as Go's own unmarshallers give no field. */
export class Malformed extends Error {}
const readable = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    throw new Malformed((error as Error).message, { cause: error })
  }
}

export const acceptString = (value: unknown): string => {
  if (typeof value !== 'string') throw new TypeMismatch('string', value)
  return value
}
export const acceptBool = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new TypeMismatch('bool', value)
  return value
}
export const acceptInteger = (bits: 32 | 64) => {
  const limit = bits === 32 ? 2 ** 31 : 2 ** 63
  const name = `int${bits}`
  return (value: unknown): number => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < -limit || value >= limit) throw new TypeMismatch(name, value)
    return value
  }
}
export const acceptDouble = (value: unknown): number => {
  if (typeof value !== 'number') throw new TypeMismatch('float64', value)
  return value
}
/** Only decoding tells whether base64 is sound; encoding again gives the canonical form. */
export const acceptBytes = (value: unknown): string => {
  if (typeof value !== 'string') throw new TypeMismatch('[]uint8', value)
  return value && readable(() => encodeBase64(decodeBase64(value)))
}

const textOf = (value: unknown): string => {
  if (typeof value !== 'string') throw new Malformed(new TypeMismatch('string', value).message)
  return value
}
/** The zero time is Go's word for no time. */
const ZERO_SECONDS = -62_135_596_800
export const acceptTime = (value: unknown): string | undefined => {
  const text = textOf(value)
  if (isCanonicalTime(text) && !text.startsWith('0001')) return text
  const { seconds } = readable(() => parseTime(text))
  return seconds === ZERO_SECONDS ? undefined : formatSeconds(seconds)
}
export const acceptMicroTime = (value: unknown): string | undefined => {
  const text = textOf(value)
  if (isCanonicalTime(text, true) && !text.startsWith('0001')) return text
  const moment = readable(() => parseTime(text, true))
  return moment.seconds === ZERO_SECONDS ? undefined : formatMicroseconds(moment)
}
export const acceptDuration = (value: unknown): string => {
  const text = textOf(value)
  return readable(() => formatDuration(parseDuration(text)))
}
/** Numbers are accepted, too. */
export const acceptQuantity = (value: unknown): string => {
  if (typeof value !== 'string' && typeof value !== 'number') return readable(() => canonicalQuantity(JSON.stringify(value)))
  const text = typeof value === 'number' ? String(value) : value.trim()
  return readable(() => canonicalQuantity(text))
}
const acceptInt32 = acceptInteger(32)
export const acceptIntOrString = (value: unknown): number | string => {
  if (typeof value === 'string') return value
  try {
    return acceptInt32(value)
  } catch (error) {
    throw new Malformed((error as Error).message, { cause: error })
  }
}
/** A copy, so that a draft never shares with what came in anything that can change: what is frozen, as stored objects are, is so to its depths. */
export const acceptAnything = (value: unknown): unknown => (typeof value === 'object' && !Object.isFrozen(value) ? clone(value) : value)
