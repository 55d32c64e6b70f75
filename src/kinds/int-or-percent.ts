/** Numbers that may also be given as a percentage: how they must be formed, and what they come to. */
import type { Path } from '#schema/vocabulary.ts'
import { isPercent } from './meta/names.ts'

type IntOrPercent = number | string

/** Upstream: ValidatePositiveIntOrPercent. */
export function checkIntOrPercent(value: IntOrPercent | undefined, at: Path): void {
  if (typeof value === 'number' && value < 0) at.invalid(value, 'must be greater than or equal to 0')
  const wrong = typeof value === 'string' ? isPercent(value) : undefined
  if (wrong) at.invalid(value, wrong)
}
/** Upstream: IsNotMoreThan100Percent. */
export function checkAtMostAll(value: IntOrPercent | undefined, at: Path): void {
  const share = percentOf(value)
  if (share !== undefined && share > 100) at.invalid(value, 'must not be greater than 100%')
}
/** The number in a percentage; undefined for anything else. */
export const percentOf = (value: IntOrPercent | undefined): number | undefined =>
  typeof value === 'string' && /^\d+%$/.test(value) ? Number(value.slice(0, -1)) : undefined
/** Whether the value comes to nothing, whatever it is a part of. */
export const isNone = (value: IntOrPercent | undefined): boolean => (percentOf(value) ?? value ?? 0) === 0

/** What the value comes to of `total`. Rounds up or down as asked. Throws RangeError when the text is no percentage. */
export function scaled(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value
  const share = percentOf(value)
  if (share === undefined) throw new RangeError(`cannot scale: ${JSON.stringify(value)} is neither a number nor a percentage`)
  return round === 'up' ? Math.ceil((share * total) / 100) : Math.floor((share * total) / 100)
}
