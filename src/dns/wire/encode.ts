/** Writes answers: names that occurred before become pointers, so that many endpoints fit into one packet. */
import { parseAddress } from '#base/cidr.ts'
import { labelBytes } from './name.ts'
import { CLASS_IN, CODE, FLAG, HEADER_BYTES, MESSAGE_MAX, TYPE } from './numbers.ts'
import type { Answer, DnsRecord } from './records.ts'

/** Pointers have 14 bits. */
const POINTER_MAX = 0x3fff
/** How often secondary servers would ask; there are none. As upstream has them. */
const SOA_TIMES = [7_200, 1_800, 86_400] as const

/** A whole message with id 0; `question` is the part of the request. Records that would make it longer than any message are left out. */
export function encodeAnswer({ code, isAuthoritative, answers, authorities, additionals }: Answer, question: Buffer): Buffer {
  const writer = new Writer(question)
  const counts = [answers, authorities, additionals].map(records => records.filter(record => writer.record(record)).length)
  const bytes = writer.bytes()
  bytes.writeUInt16BE(FLAG.RESPONSE | (isAuthoritative ? FLAG.AUTHORITATIVE : 0) | FLAG.RECURSION_AVAILABLE | (CODE[code] & FLAG.CODE), 2)
  bytes.writeUInt16BE(1, 4)
  counts.forEach((count, i) => bytes.writeUInt16BE(count, 6 + 2 * i))
  return bytes
}

class Writer {
  #bytes = Buffer.alloc(512)
  #at = HEADER_BYTES
  /** Where a name, from some label on, was written. */
  readonly #written = new Map<string, number>()

  constructor(question: Buffer) {
    this.#room(question.length)
    question.copy(this.#bytes, this.#at)
    this.#rememberQuestion(question)
    this.#at += question.length
  }
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** False when it has no room; then nothing of it is written. */
  record(record: DnsRecord): boolean {
    const begin = this.#at
    this.#name(record.name)
    this.#number16(TYPE[record.type])
    this.#number16(CLASS_IN)
    this.#number32(record.ttlSeconds)
    const lengthAt = this.#at
    this.#number16(0)
    this.#data(record)
    this.#bytes.writeUInt16BE(this.#at - lengthAt - 2, lengthAt)
    if (this.#at <= MESSAGE_MAX) return true
    this.#at = begin
    for (const [name, at] of this.#written) if (at >= begin) this.#written.delete(name)
    return false
  }
  #data(record: DnsRecord): void {
    switch (record.type) {
      case 'A':
      case 'AAAA':
        return this.#address(record.address)
      case 'CNAME':
      case 'PTR':
      case 'NS':
        return this.#name(record.target)
      case 'SRV':
        for (const value of [record.priority, record.weight, record.port]) this.#number16(value)
        // RFC 2782: no pointers here, though readers understand them.
        return this.#name(record.target, { isCompressed: false })
      case 'TXT':
        return this.#text(record.text)
      case 'SOA':
        this.#name(record.server)
        this.#name(record.mailbox)
        for (const value of [record.serial, ...SOA_TIMES, record.negativeSeconds]) this.#number32(value)
    }
  }

  #name(name: string, { isCompressed = true } = {}): void {
    for (let rest = name; rest !== ''; ) {
      const known = isCompressed ? this.#written.get(rest) : undefined
      if (known !== undefined) return this.#number16(0xc000 | known)
      if (this.#at <= POINTER_MAX && !this.#written.has(rest)) this.#written.set(rest, this.#at)
      const dot = rest.indexOf('.')
      const label = labelBytes(dot < 0 ? rest : rest.slice(0, dot))
      this.#room(label.length + 1)
      this.#bytes[this.#at++] = label.length
      this.#at += label.copy(this.#bytes, this.#at)
      rest = dot < 0 ? '' : rest.slice(dot + 1)
    }
    this.#room(1)
    this.#bytes[this.#at++] = 0
  }
  #rememberQuestion(question: Buffer): void {
    const labels: { readonly at: number; readonly text: string }[] = []
    for (let i = 0; question[i]; i += (question[i] as number) + 1) {
      const text = question.toString('latin1', i + 1, i + 1 + (question[i] as number)).toLowerCase()
      labels.push({ at: this.#at + i, text })
    }
    // A label with odd bytes is no name that a record here has.
    for (let i = labels.length - 1, rest = ''; i >= 0; i--) {
      const { at, text } = labels[i] as { at: number; text: string }
      if (!/^[!-~]+$/.test(text) || /[.\\]/.test(text)) return
      rest = rest === '' ? text : `${text}.${rest}`
      this.#written.set(rest, at)
    }
  }
  #address(text: string): void {
    const address = parseAddress(text)
    if (!address) throw new Error(`write record: "${text}" is no address`)
    for (let shift = address.family === 4 ? 16n : 112n; shift >= 0n; shift -= 16n) this.#number16(Number((address.bits >> shift) & 0xffffn))
  }
  #text(text: string): void {
    const bytes = Buffer.from(text).subarray(0, 255)
    this.#room(bytes.length + 1)
    this.#bytes[this.#at++] = bytes.length
    this.#at += bytes.copy(this.#bytes, this.#at)
  }
  #number16(value: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeUInt16BE(value, this.#at)
  }
  #number32(value: number): void {
    this.#room(4)
    this.#at = this.#bytes.writeUInt32BE(value, this.#at)
  }
  #room(count: number): void {
    if (this.#at + count <= this.#bytes.length) return
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#at + count))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
