/** Quantities: exact decimal amounts with SI or binary suffixes, as resources are counted. */

/** Quantities are exact down to 10^-9; anything finer is rounded up, away from zero. */
const NANO_DIGITS = 9
const NANO = 10n ** 9n
/** The largest amount: 2^63 - 1; more is cut down to it. */
const AMOUNT_MAX = (2n ** 63n - 1n) * NANO

const BINARY: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 }
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const FORM = /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+|)$/

export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent'
export interface Quantity {
  /** In billionths: `1` is 10^9. */
  readonly nanos: bigint
  /** How the amount was written, which it keeps. */
  readonly format: QuantityFormat
}

/** What upstream answers to a text that is no quantity. */
export const QUANTITY_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** The amount that a text stands for; undefined when it is no quantity. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(whole + fraction)
  const exponential = /^[eE][+-]?\d/.test(suffix)
  const power = exponential ? Number(suffix.slice(1)) : (DECIMAL[suffix] ?? 0)
  const scale = power - fraction.length + NANO_DIGITS
  const times = suffix in BINARY ? 1024n ** BigInt(BINARY[suffix] as number) : 1n
  const size = shifted(digits * times, scale)
  const capped = size > AMOUNT_MAX ? AMOUNT_MAX : size
  return {
    nanos: sign === '-' ? -capped : capped,
    format: suffix in BINARY ? 'BinarySI' : exponential ? 'DecimalExponent' : 'DecimalSI',
  }
}
/** Beyond this many digits every amount is cut to the largest, or rounds up to one billionth. */
const SHIFT_MAX = 400
function shifted(value: bigint, places: number): bigint {
  if (places >= 0) return value * 10n ** BigInt(Math.min(places, SHIFT_MAX))
  const divisor = 10n ** BigInt(Math.min(-places, SHIFT_MAX))
  return (value + divisor - 1n) / divisor
}

/** The one text for an amount: no fraction, the largest suffix that keeps it whole. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  const sign = nanos < 0n ? '-' : ''
  const size = nanos < 0n ? -nanos : nanos
  if (format === 'BinarySI' && size >= 1024n * NANO && size % NANO === 0n) {
    let [amount, step] = [size / NANO, 0]
    while (amount % 1024n === 0n && step < BINARY_SUFFIXES.length - 1) [amount, step] = [amount / 1024n, step + 1]
    return `${sign}${amount}${BINARY_SUFFIXES[step]}`
  }
  let [amount, step] = [size, 0]
  while (amount % 1000n === 0n && step < DECIMAL_SUFFIXES.length - 1) [amount, step] = [amount / 1000n, step + 1]
  const exponent = step * 3 - NANO_DIGITS
  return `${sign}${amount}${format === 'DecimalExponent' ? (exponent === 0 ? '' : `e${exponent}`) : DECIMAL_SUFFIXES[step]}`
}

/** The canonical form of a quantity; undefined when the text is none. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parseQuantity(text)
  return parsed && formatQuantity(parsed)
}

const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' }
/** The amount of a stored quantity, which decoding has already checked; absent is zero. */
export function quantityOf(text: string | undefined): Quantity {
  if (text === undefined) return ZERO
  const parsed = parseQuantity(text)
  if (!parsed) throw new Error(`read quantity: "${text}" is not a quantity`)
  return parsed
}
/** In billionths of the unit. */
export const nanosOf = (text: string | undefined): bigint => quantityOf(text).nanos
/** In thousandths, rounded up: millicores of a CPU quantity. */
export const milliOf = (text: string | undefined): number => Number(roundedUp(nanosOf(text), 1_000_000n))
/** In whole units, rounded up: bytes of a memory quantity. Exact up to 2^53. */
export const unitsOf = (text: string | undefined): number => Number(roundedUp(nanosOf(text), NANO))
const roundedUp = (value: bigint, unit: bigint) => (value > 0n ? (value + unit - 1n) / unit : value / unit)

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string | undefined, b: string | undefined): number {
  const [left, right] = [nanosOf(a), nanosOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
/** The sum, in the format of the first amount that is not zero. */
export function addQuantities(a: string | undefined, b: string | undefined): string {
  const [left, right] = [quantityOf(a), quantityOf(b)]
  return formatQuantity({ nanos: left.nanos + right.nanos, format: left.nanos === 0n ? right.format : left.format })
}
export function subtractQuantities(a: string | undefined, b: string | undefined): string {
  const [left, right] = [quantityOf(a), quantityOf(b)]
  return formatQuantity({ nanos: left.nanos - right.nanos, format: left.nanos === 0n ? right.format : left.format })
}
export const largerQuantity = (a: string | undefined, b: string | undefined): string =>
  (compareQuantities(a, b) >= 0 ? a : b) ?? '0'
