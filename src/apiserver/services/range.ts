/** Ranges of numbers, addresses or ports, whose lower part is kept for those who ask for a certain one. Source: KEP-3070, KEP-3668. */
import { type Cidr, firstOf, lastOf, sizeOf } from '#base/cidr.ts'
import type { Random } from '#base/random.ts'

/** Both ends belong to it. What lies below `dynamicFrom` is given away by itself only when the rest is full. */
export interface NumberRange {
  readonly first: bigint
  readonly last: bigint
  readonly dynamicFrom: bigint
}
/** Upstream's calculateRangeOffset: a share of the range within bounds; nothing of a range that is too small to be divided. */
interface StaticPart {
  readonly minimum: bigint
  readonly maximum: bigint
  readonly share: bigint
}
const OF_ADDRESSES: StaticPart = { minimum: 16n, maximum: 256n, share: 16n }
const OF_PORTS: StaticPart = { minimum: 16n, maximum: 128n, share: 32n }

function staticPart(size: bigint, { minimum, maximum, share }: StaticPart): bigint {
  if (size <= minimum) return 0n
  const part = size / share
  return part < minimum ? minimum : part > maximum ? maximum : part
}

/** The shortest IPv6 prefix that a service range may have. */
const IPV6_PREFIX_MIN = 64
/** The addresses that services can have: not the network's own, and for IPv4 not the broadcast address. Undefined for IPv6 ranges larger than /64. */
export function addressRange(cidr: Cidr): NumberRange | undefined {
  const { family } = cidr.address
  if (family === 6 && cidr.prefixLength < IPV6_PREFIX_MIN) return undefined
  const first = firstOf(cidr).bits + 1n
  const last = lastOf(cidr).bits - (family === 4 ? 1n : 0n)
  return { first, last, dynamicFrom: first + staticPart(sizeOf(cidr), OF_ADDRESSES) }
}
export const portRange = (first: number, last: number): NumberRange => ({
  first: BigInt(first),
  last: BigInt(last),
  dynamicFrom: BigInt(first) + staticPart(BigInt(last - first + 1), OF_PORTS),
})
export const includes = ({ first, last }: NumberRange, number: bigint): boolean => first <= number && number <= last

/** Chance beyond this is no better spread, and Random counts no further. */
const CHANCE_MAX = 2n ** 47n
/** All numbers in the order in which they are tried: the dynamic part from a random place on, around its end, then the static part likewise. */
export function* candidates(range: NumberRange, random: Random): Generator<bigint, void> {
  yield* around(range.dynamicFrom, range.last, random)
  yield* around(range.first, range.dynamicFrom - 1n, random)
}
function* around(first: bigint, last: bigint, random: Random): Generator<bigint, void> {
  const size = last - first + 1n
  if (size <= 0n) return
  const start = first + BigInt(random.integer(Number(size < CHANCE_MAX ? size : CHANCE_MAX)))
  for (let number = start; number <= last; number++) yield number
  for (let number = first; number < start; number++) yield number
}
