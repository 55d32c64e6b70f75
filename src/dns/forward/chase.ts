/** Follows a name that others know: the records from it to the end of its chain of names. */
import { formatAddress } from '#base/cidr.ts'
import { encodeName, readLabels } from '../wire/name.ts'
import { places } from '../wire/message.ts'
import { CLASS_IN, TYPE } from '../wire/numbers.ts'
import { keyOf, type Query } from '../wire/query.ts'
import type { DnsRecord } from '../wire/records.ts'

/** What is asked for `query`, about another name. Empty when nobody knows it. */
export async function chase(name: string, query: Query, ask: (query: Query) => Buffer | Promise<Buffer>): Promise<readonly DnsRecord[]> {
  const encoded = encodeName(name)
  if (!encoded) return []
  const question = Buffer.concat([encoded, Buffer.of(query.type >> 8, query.type & 0xff, 0, CLASS_IN)])
  return addressesAndAliases(await ask({ ...query, question, key: keyOf(question) }), query.type)
}

/** Of the answers, addresses of the wanted type and the names that lead to them. */
export function addressesAndAliases(message: Buffer, type: number): readonly DnsRecord[] {
  return (places(message) ?? []).flatMap((place): readonly DnsRecord[] => {
    const name = readLabels(message, place.start)?.join('.')
    if (place.section !== 0 || name === undefined) return []
    const data = place.ttlAt + 6
    const owned = { name, ttlSeconds: message.readUInt32BE(place.ttlAt) }
    if (place.type === TYPE.CNAME) {
      const target = readLabels(message, data)?.join('.')
      return target === undefined ? [] : [{ ...owned, type: 'CNAME', target }]
    }
    if (place.type !== type) return []
    if (type === TYPE.A && place.end === data + 4) return [{ ...owned, type: 'A', address: address(message.subarray(data, place.end), 4) }]
    if (type === TYPE.AAAA && place.end === data + 16)
      return [{ ...owned, type: 'AAAA', address: address(message.subarray(data, place.end), 6) }]
    return []
  })
}
const address = (bytes: Buffer, family: 4 | 6): string => formatAddress({ family, bits: BigInt(`0x${bytes.toString('hex')}`) })
