/** Header blocks of SPDY/3: one zlib stream per direction, primed with a dictionary. Specification: SPDY protocol draft 3.1, 2.6.10. */
import { constants, inflateSync } from 'node:zlib'

export type Headers = Readonly<Record<string, string>>

/** The words of the dictionary that stand there with their length, in the specification's order. */
const WORDS = [
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization',
  'cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range',
  'content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified',
  'location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding',
  'upgrade user-agent vary via warning www-authenticate method get status',
]
  .join(' ')
  .split(' ')
const MORE_WORDS = ['200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin']
const TAIL =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.'

const counted = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
export const DICTIONARY: Buffer = Buffer.concat([...WORDS, ...MORE_WORDS].map(counted).concat(Buffer.from(TAIL)))
/** Adler-32 of the dictionary, by which both sides know that they mean the same. */
const DICTIONARY_ID = 0xe3_c6_a7_c2

/** More than this in one direction of a connection is no honest use of streams. */
const BLOCKS_MAX_BYTES = 1024 * 1024
/** A stored block of deflate holds no more. */
const STORED_MAX_BYTES = 65_535

/** An empty block, which makes readers hand over what they hold: Go's keeps the end of a block back until then. */
const FLUSH = Buffer.from([0, 0, 0, 0xff, 0xff])

/** Writes header blocks. They are stored, not compressed: they are small, and so need no zlib that answers later. */
export class HeaderWriter {
  #isFirst = true
  write(headers: Headers): Buffer {
    const pairs = Object.entries(headers)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(pairs.length)
    const block = Buffer.concat([count, ...pairs.flatMap(([name, value]) => [counted(name.toLowerCase()), counted(value)])])
    if (block.length > STORED_MAX_BYTES) throw new RangeError(`write SPDY headers: ${block.length} bytes are more than ${STORED_MAX_BYTES}`)
    const stored = Buffer.alloc(5)
    stored.writeUInt16LE(block.length, 1)
    stored.writeUInt16LE(block.length ^ 0xff_ff, 3)
    const start = Buffer.alloc(this.#isFirst ? 6 : 0)
    if (this.#isFirst) {
      start.writeUInt16BE(0x78_bb)
      start.writeUInt32BE(DICTIONARY_ID, 2)
    }
    this.#isFirst = false
    return Buffer.concat([start, stored, block, FLUSH])
  }
}

/** Reads header blocks, in the order in which they come. */
export class HeaderReader {
  #compressed = Buffer.alloc(0)
  #read = 0
  /** Throws RangeError or zlib's error for what is no header block. */
  read(block: Uint8Array): Headers {
    this.#compressed = Buffer.concat([this.#compressed, block])
    if (this.#compressed.length > BLOCKS_MAX_BYTES) throw new RangeError('read SPDY headers: too many')
    // Each block needs all before it. Connections carry a handful of streams, so reading them again costs less than a zlib that answers later.
    const plain = inflateSync(this.#compressed, {
      dictionary: DICTIONARY,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: BLOCKS_MAX_BYTES,
    })
    const headers = parse(plain.subarray(this.#read))
    this.#read = plain.length
    return headers
  }
}

function parse(block: Buffer): Headers {
  let at = 0
  const number = () => {
    at += 4
    return block.readUInt32BE(at - 4)
  }
  const text = () => {
    const length = number()
    if (at + length > block.length) throw new RangeError('read SPDY headers: cut short')
    at += length
    return block.toString('utf8', at - length, at)
  }
  const headers: Record<string, string> = {}
  for (let left = number(); left > 0; left--) headers[text()] = text()
  return headers
}
