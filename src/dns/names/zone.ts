/** Answers for names below a domain that is ours: found, there without such records, or not there, with what others may remember of that. */
import type { Answer, DnsRecord } from '../wire/records.ts'

/** Answers come out of memory, so that asking often costs little; what is remembered for long sends clients to endpoints that are gone. CoreDNS's default. */
export const TTL_SECONDS = 5

/** What a name stands for; undefined when there is no such name. */
export interface Found {
  /** All records of the name that match the question; none when it has only others. */
  readonly records: readonly DnsRecord[]
  /** What is told with them, so that nobody needs to ask for it. */
  readonly additionals?: readonly DnsRecord[]
  /** The name is another one's: CNAME. */
  readonly alias?: string
}

export const startOfAuthority = (domain: string, clusterDomain: string): DnsRecord & { readonly type: 'SOA' } => ({
  name: domain,
  ttlSeconds: TTL_SECONDS,
  type: 'SOA',
  server: `ns.dns.${clusterDomain}`,
  mailbox: `hostmaster.${clusterDomain}`,
  serial: 1,
  negativeSeconds: TTL_SECONDS,
})

/** RFC 2308: what is not there is told with the start of authority. */
export function answerFrom(found: Found | undefined, soa: DnsRecord): Answer {
  const isEmpty = !found || found.records.length === 0
  return {
    code: found ? 'NOERROR' : 'NXDOMAIN',
    isAuthoritative: true,
    answers: found?.records ?? [],
    authorities: isEmpty ? [soa] : [],
    additionals: found?.additionals ?? [],
  }
}
