/** Records and answers as values, before they become bytes. */
import type { Code } from './numbers.ts'

interface Owned {
  /** In lower case, without the last dot. */
  readonly name: string
  readonly ttlSeconds: number
}
export type DnsRecord = Owned &
  (
    | { readonly type: 'A' | 'AAAA'; readonly address: string }
    | { readonly type: 'CNAME' | 'PTR' | 'NS'; readonly target: string }
    | { readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
    | { readonly type: 'TXT'; readonly text: string }
    | {
        readonly type: 'SOA'
        readonly server: string
        readonly mailbox: string
        readonly serial: number
        /** How long others may remember that a name or a record is not there (RFC 2308). */
        readonly negativeSeconds: number
      }
  )
export interface Answer {
  readonly code: Code
  /** Whether it comes from who knows, not from hearsay. */
  readonly isAuthoritative: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}
