/** The ranges from which services get addresses now: those of ServiceCIDRs that are ready. Source: KEP-1880. */
import { type Address, type Cidr, contains, parseCidr } from '#base/cidr.ts'
import type { ServiceCIDR } from '#kinds/networking/service-cidr.ts'
import { addressRange, type NumberRange } from './range.ts'

export interface ReadyRange {
  readonly cidr: Cidr
  readonly text: string
  readonly numbers: NumberRange
}

/** Without a condition a range counts as ready, so that services can be made while the controllers are not running. */
const isReady = ({ metadata, status }: ServiceCIDR): boolean =>
  !metadata.deletionTimestamp && (status.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'True') === 'True'

/** Each range once, in the order of the objects. */
export function readyRanges(cidrs: readonly ServiceCIDR[]): readonly ReadyRange[] {
  const texts = new Set(cidrs.filter(isReady).flatMap(({ spec }) => spec.cidrs ?? []))
  return [...texts].flatMap(text => {
    const cidr = parseCidr(text)
    const numbers = cidr && addressRange(cidr)
    return numbers ? [{ cidr, text, numbers }] : []
  })
}

/** Why a given address cannot be had from these ranges; undefined when it may be taken. Messages are upstream's. */
export function outsideRanges(ranges: readonly ReadyRange[], address: Address, text: string): string | undefined {
  const range = ranges.find(({ cidr }) => contains(cidr, address))
  if (!range) return 'the provided network does not match the current range'
  const { first, last } = range.numbers
  return first <= address.bits && address.bits <= last
    ? undefined
    : `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${range.text}`
}
