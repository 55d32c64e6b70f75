/** The numbers of DNS: record types, classes, answer codes, flags. Source: the IANA registry "Domain Name System Parameters". */

export const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, IXFR: 251, AXFR: 252 } as const
export const CLASS_IN = 1
export const CODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const
export type Code = keyof typeof CODE

/** Bits of the header's second word (RFC 1035, 4.1.1; RFC 4035, 3.2). */
export const FLAG = {
  RESPONSE: 0x8000,
  OPCODE: 0x7800,
  AUTHORITATIVE: 0x0400,
  TRUNCATED: 0x0200,
  RECURSION_DESIRED: 0x0100,
  RECURSION_AVAILABLE: 0x0080,
  CHECKING_DISABLED: 0x0010,
  CODE: 0x000f,
} as const

export const HEADER_BYTES = 12
/** What every resolver takes over UDP (RFC 1035, 2.3.4). */
export const PLAIN_UDP_MAX = 512
/** What passes every path unfragmented; offered to others and never exceeded over UDP (DNS flag day 2020). */
export const UDP_MAX = 1232
/** The length before a message on a TCP connection has 16 bits. */
export const MESSAGE_MAX = 65_535
