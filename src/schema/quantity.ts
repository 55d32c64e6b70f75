/** Quantities: exact decimals with an SI suffix, a binary suffix or an exponent. Upstream: apimachinery, api/resource. */

/** The family of suffixes in which a quantity is written. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
/** An amount in billionths, the finest that the API knows, and the family of suffixes in which it is written. */
export interface Quantity {
  readonly nanos: bigint
  readonly format: QuantityFormat
}

const UNIT = 1_000_000_000n
/** Upstream caps amounts with binary suffixes at an int64. */
const BINARY_MAX = (2n ** 63n - 1n) * UNIT
/** Exponents beyond this are refused, so that a short text cannot ask for a number of any size. */
const EXPONENT_MAX = 1_000
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n }
const DECIMAL_SUFFIX = new Map(Object.entries(DECIMAL).map(([suffix, exponent]) => [exponent, suffix]))
const BINARY_SUFFIXES = ['', ...Object.keys(BINARY)]

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/
const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** Reads a quantity. Fractions finer than a billionth are rounded away from zero. Throws an Error in upstream's words. */
export function parseQuantity(text: string): Quantity {
  const found = FORM.exec(text)
  if (!found || !text) throw new Error(FORMAT_WRONG)
  const [, sign, whole = '', fraction = '', suffix = ''] = found
  const { exponent, shift, format } = interpret(suffix)
  if (!whole && !fraction) throw new Error('unable to parse numeric part of quantity')
  let nanos = BigInt(whole + fraction) << shift
  const scale = exponent - fraction.length + 9
  nanos = scale >= 0 ? nanos * 10n ** BigInt(scale) : ceil(nanos, 10n ** BigInt(-scale))
  if (format === 'BinarySI' && nanos > BINARY_MAX) nanos = BINARY_MAX
  const isFraction = nanos > 0n && nanos < UNIT
  return { nanos: sign === '-' ? -nanos : nanos, format: format === 'BinarySI' && isFraction ? 'DecimalSI' : format }
}
function interpret(suffix: string): { exponent: number; shift: bigint; format: QuantityFormat } {
  if (Object.hasOwn(DECIMAL, suffix)) return { exponent: DECIMAL[suffix] as number, shift: 0n, format: 'DecimalSI' }
  if (Object.hasOwn(BINARY, suffix)) return { exponent: 0, shift: BINARY[suffix] as bigint, format: 'BinarySI' }
  const exponent = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1]
  if (exponent === undefined || Math.abs(Number(exponent)) > EXPONENT_MAX) throw new Error("unable to parse quantity's suffix")
  return { exponent: Number(exponent), shift: 0n, format: 'DecimalExponent' }
}
/** Division rounded away from zero. */
function ceil(value: bigint, by: bigint): bigint {
  const quotient = value / by
  if (value % by === 0n) return quotient
  return value < 0n ? quotient - 1n : quotient + 1n
}

/** The canonical text: no fraction, the largest suffix that keeps the number whole. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  const size = nanos < 0n ? -nanos : nanos
  // A binary suffix is only kept where it loses nothing.
  if (format === 'BinarySI' && size >= 1024n * UNIT && nanos % UNIT === 0n) return binary(nanos / UNIT)
  let exponent = -9
  let number = nanos
  while (number % 1000n === 0n && exponent < (format === 'DecimalExponent' ? Infinity : 18)) {
    number /= 1000n
    exponent += 3
  }
  if (format === 'DecimalExponent') return exponent ? `${number}e${exponent}` : `${number}`
  return `${number}${DECIMAL_SUFFIX.get(exponent)}`
}
function binary(value: bigint): string {
  let power = 0
  let number = value
  while (number % 1024n === 0n && power < 6) {
    number /= 1024n
    power++
  }
  return `${number}${BINARY_SUFFIXES[power]}`
}

/** Texts that are canonical already; most quantities of a cluster are such, and need no arithmetic. */
const CANONICAL = /^(?:0|[1-9]\d{0,2}(?:[munkMGTPE]|[KMGTP]i)?)$/
/** The canonical form of a text. Throws an Error in upstream's words when it is no quantity. */
export const canonicalQuantity = (text: string): string => (CANONICAL.test(text) ? text : formatQuantity(parseQuantity(text)))

type Amount = Quantity | string
const read = (amount: Amount) => (typeof amount === 'string' ? parseQuantity(amount) : amount)

/** Negative, zero or positive as `left` is less than, equal to or more than `right`. */
export function compareQuantities(left: Amount, right: Amount): number {
  const [a, b] = [read(left).nanos, read(right).nanos]
  return a < b ? -1 : a > b ? 1 : 0
}
/** The sum, in the left one's format; in the right one's when the left is zero. */
export function addQuantities(left: Amount, right: Amount): Quantity {
  const [a, b] = [read(left), read(right)]
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format }
}
export function subtractQuantities(left: Amount, right: Amount): Quantity {
  const [a, b] = [read(left), read(right)]
  return { nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format }
}
/** The nearest JavaScript number; exact up to 2^53. */
export const quantityToNumber = (amount: Amount): number => {
  const { nanos } = read(amount)
  return nanos % UNIT === 0n ? Number(nanos / UNIT) : Number(nanos) / 1e9
}
/** Whole units, rounded away from zero: how upstream reads memory. */
export const quantityValue = (amount: Amount): number => Number(ceil(read(amount).nanos, UNIT))
/** Thousandths, rounded away from zero: how upstream reads CPU. */
export const milliValue = (amount: Amount): number => Number(ceil(read(amount).nanos, 1_000_000n))
/** A quantity of so many whole units. */
export const quantityOf = (units: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nanos: BigInt(units) * UNIT,
  format,
})
/** A quantity of so many thousandths. */
export const milliQuantity = (milli: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nanos: BigInt(milli) * 1_000_000n,
  format,
})

/** The amount under a name that somebody chose: of `constructor` and the like there is none unless it is given. */
export const amountOf = (amounts: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  amounts && Object.hasOwn(amounts, name) ? amounts[name] : undefined
