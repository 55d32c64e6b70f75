/** Blocks of addresses with exceptions as ranges that do not touch, in the form in which nft takes them. */
import { type Cidr, firstOf, formatAddress, lastOf, parseCidr } from '#base/cidr.ts'
import type { IPBlock } from '#kinds/networking/network-policy.ts'
import { type Family, isOf } from '../family.ts'
import { type Interval, merged, without } from './intervals.ts'

/** `10.0.0.0-10.0.0.127`; `undefined` when the blocks are all addresses of the family, empty when they are none. */
export function blockRanges(blocks: readonly IPBlock[], family: Family): readonly string[] | undefined {
  const whole = 2n ** (family.version === 4 ? 32n : 128n) - 1n
  const intervals = merged(
    blocks
      .filter(({ cidr }) => isOf(family, cidr))
      .flatMap(({ cidr, except = [] }) => without(merged(intervalsOf([cidr])), merged(intervalsOf(except)))),
  )
  if (intervals.some(({ first, last }) => first === 0n && last === whole)) return undefined
  const text = (bits: bigint) => formatAddress({ family: family.version, bits })
  return intervals.map(({ first, last }) => (first === last ? text(first) : `${text(first)}-${text(last)}`))
}
const intervalsOf = (ranges: readonly string[]): readonly Interval[] =>
  ranges
    .map(parseCidr)
    .filter((cidr): cidr is Cidr => cidr !== undefined)
    .map(cidr => ({ first: firstOf(cidr).bits, last: lastOf(cidr).bits }))
