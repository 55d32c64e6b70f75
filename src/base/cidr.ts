/** IP addresses and address ranges (CIDR): parsing, canonical text and containment, for IPv4 and IPv6. */

export interface Address {
  readonly family: 4 | 6
  /** The address as a number of 32 or 128 bits. */
  readonly bits: bigint
}
export interface Cidr {
  /** As written: bits beyond the prefix may be set. */
  readonly address: Address
  readonly prefixLength: number
}
const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128)

/** The address of a text; undefined when it is none. IPv4 octets with leading zeros are refused: readers disagree about their base. */
export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseSix(text) : parseFour(text)
}
function parseFour(text: string): Address | undefined {
  const octets = text.split('.')
  if (octets.length !== 4 || !octets.every(octet => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)) return undefined
  return { family: 4, bits: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) }
}
function parseSix(text: string): Address | undefined {
  const [head = '', tail, more] = text.split('::')
  if (more !== undefined) return undefined
  const before = groups(head, tail === undefined)
  const after = tail === undefined ? [] : groups(tail, true)
  if (!before || !after) return undefined
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...before, ...new Array<number>(missing).fill(0), ...after]
  return { family: 6, bits: all.reduce((sum, group) => sum * 65536n + BigInt(group), 0n) }
}
/** Groups of 16 bits; the last one may be an IPv4 address where `isLast`. */
function groups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const found: number[] = []
  for (const [i, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) found.push(Number.parseInt(part, 16))
    else {
      const four = isLast && i === parts.length - 1 ? parseFour(part) : undefined
      if (!four) return undefined
      found.push(Number(four.bits >> 16n), Number(four.bits & 0xffffn))
    }
  }
  return found
}

/** Canonical text (RFC 5952: lower case, the longest run of zeros shortened). */
export function formatAddress({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => String((bits >> shift) & 0xffn)).join('.')
  if (bits >> 32n === 0xffffn) return `::ffff:${formatAddress({ family: 4, bits: bits & 0xffffffffn })}`
  const parts = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn))
  const run = longestZeros(parts)
  const hex = (from: number, to: number) =>
    parts
      .slice(from, to)
      .map(part => part.toString(16))
      .join(':')
  return run.length < 2 ? hex(0, 8) : `${hex(0, run.start)}::${hex(run.start + run.length, 8)}`
}
function longestZeros(parts: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < parts.length; start++) {
    let length = 0
    while (parts[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** The range of a text such as `10.0.0.0/16`; undefined when it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1])
  const prefixLength = Number(match?.[2])
  return address && prefixLength <= widthOf(address.family) ? { address, prefixLength } : undefined
}
const hostBits = (cidr: Cidr): bigint => BigInt(widthOf(cidr.address.family) - cidr.prefixLength)
/** The first address of the range. */
export const firstOf = (cidr: Cidr): Address => ({
  family: cidr.address.family,
  bits: (cidr.address.bits >> hostBits(cidr)) << hostBits(cidr),
})
/** The last address of the range. */
export const lastOf = (cidr: Cidr): Address => ({
  family: cidr.address.family,
  bits: firstOf(cidr).bits + (1n << hostBits(cidr)) - 1n,
})
/** How many addresses the range holds. */
export const sizeOf = (cidr: Cidr): bigint => 1n << hostBits(cidr)
export const formatCidr = (cidr: Cidr): string => `${formatAddress(firstOf(cidr))}/${cidr.prefixLength}`
export const contains = (cidr: Cidr, address: Address): boolean =>
  address.family === cidr.address.family && address.bits >> hostBits(cidr) === cidr.address.bits >> hostBits(cidr)
export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, firstOf(b)) || contains(b, firstOf(a))

/** A host as it is written before a port: IPv6 addresses in brackets (RFC 3986, 3.2.2). */
export const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

export const isIPv4 = (text: string): boolean => parseAddress(text)?.family === 4
export const isIPv6 = (text: string): boolean => parseAddress(text)?.family === 6

/** ::1, 127.0.0.0/8. */
export const isLoopback = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 24n === 127n : bits === 1n)
/** 0.0.0.0, ::. */
export const isUnspecified = ({ bits }: Address): boolean => bits === 0n
/** 169.254.0.0/16, fe80::/10. */
export const isLinkLocal = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 16n === 0xa9fen : bits >> 118n === 0xfe80n >> 6n)
/** 224.0.0.0/24, ff02::/16 (by scope). */
export const isLinkLocalMulticast = ({ family, bits }: Address): boolean =>
  family === 4 ? bits >> 8n === 0xe00000n : bits >> 120n === 0xffn && ((bits >> 112n) & 0xfn) === 2n
/** 224.0.0.0/4, ff00::/8. */
const isMulticast = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 28n === 0xen : bits >> 120n === 0xffn)
/** An address that one machine of a network can have: neither loopback nor link-local, multicast, broadcast or none at all. */
export const isGlobalUnicast = (address: Address): boolean =>
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isLinkLocal(address) &&
  !isMulticast(address) &&
  !(address.family === 4 && address.bits === 0xffffffffn)
