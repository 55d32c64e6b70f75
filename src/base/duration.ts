/** Durations in Go's text form: `1h30m0s`. */

const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
/** Go keeps a duration in an int64. */
const NANOSECONDS_MAX = 2n ** 63n - 1n

/** Nanoseconds of a Go duration such as `1h30m` or `-1.5s`. Throws an Error in Go's words. */
export function parseDuration(text: string): bigint {
  const invalid = (why = 'invalid duration') => new Error(`time: ${why} ${JSON.stringify(text)}`)
  const [, sign, body] = /^([+-]?)(.*)$/s.exec(text) as unknown as [string, string, string]
  if (body === '0') return 0n
  if (!body) throw invalid()
  let total = 0n
  let rest = body
  while (rest) {
    const [number, whole, , fraction] = /^(\d*)(\.(\d*))?/.exec(rest) as unknown as [string, string, string?, string?]
    if (!whole && !fraction) throw invalid()
    rest = rest.slice(number.length)
    const unit = /^[^\d.]*/.exec(rest)?.[0] ?? ''
    if (!unit) throw invalid('missing unit in duration')
    const scale = Object.hasOwn(NANOSECONDS, unit) ? NANOSECONDS[unit] : undefined
    if (scale === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`)
    rest = rest.slice(unit.length)
    total += BigInt(whole || '0') * scale + (fraction ? (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length) : 0n)
    if (total > NANOSECONDS_MAX + (sign === '-' ? 1n : 0n)) throw invalid()
  }
  return sign === '-' ? -total : total
}

/** Go's text form: `1h30m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const sign = nanoseconds < 0n ? '-' : ''
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`
  if (!minutes) return sign + seconds
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}
function decimal(value: bigint, digits: number): string {
  const text = String(value).padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/, '')
  return text.slice(0, -digits) + (fraction && `.${fraction}`)
}
