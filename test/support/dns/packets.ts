/** Questions and answers as an independent library writes and reads them, in the manner of dig. */
import { type Answer, AUTHORITATIVE_ANSWER, type DecodedPacket, decode, encode, type RecordType, RECURSION_DESIRED } from 'dns-packet'

export interface Asking {
  readonly id?: number
  /** What the client takes over UDP, told by EDNS; absent: it is an old one. */
  readonly udpMax?: number
  readonly recursion?: boolean
}
export const question = (name: string, type: string, { id = 7, udpMax, recursion = true }: Asking = {}): Buffer =>
  encode({
    type: 'query',
    id,
    flags: recursion ? RECURSION_DESIRED : 0,
    questions: [{ name, type: type as RecordType }],
    ...(udpMax && {
      additionals: [
        { type: 'OPT', name: '.', udpPayloadSize: udpMax, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
      ],
    }),
  })

export interface Reply {
  readonly id: number
  readonly code: string
  readonly isAuthoritative: boolean
  readonly isTruncated: boolean
  /** `web.default.svc.cluster.local 5 A 10.96.0.7` */
  readonly answers: readonly string[]
  readonly authorities: readonly string[]
  readonly additionals: readonly string[]
  readonly packet: DecodedPacket
}
export function readReply(bytes: Buffer): Reply {
  const packet = decode(bytes)
  const texts = (records: readonly Answer[] = []) => records.filter(({ type }) => type !== 'OPT').map(textOf)
  return {
    id: packet.id ?? 0,
    code: (packet as unknown as { rcode: string }).rcode,
    isAuthoritative: ((packet.flags ?? 0) & AUTHORITATIVE_ANSWER) !== 0,
    isTruncated: packet.flag_tc,
    answers: texts(packet.answers),
    authorities: texts(packet.authorities),
    additionals: texts(packet.additionals),
    packet,
  }
}
function textOf(record: Answer): string {
  const { name, type, ttl, data } = record as { name: string; type: string; ttl: number; data: unknown }
  return `${name} ${ttl} ${type} ${dataText(data)}`
}
function dataText(data: unknown): string {
  if (typeof data === 'string') return data
  if (Buffer.isBuffer(data)) return data.toString()
  if (Array.isArray(data)) return data.map(dataText).join(' ')
  return Object.values(data as object).join(' ')
}
