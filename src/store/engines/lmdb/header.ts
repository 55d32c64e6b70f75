/** The first pages of an LMDB file, read before LMDB does: it takes a damaged file for whole, and the process dies of it. */
import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'

/** mdb.c of lmdb 3.5: a page begins with 24 bytes of header; the two first pages hold MDB_meta. All numbers are in the machine's order, which is little-endian on all that lmdb is built for. */
const MAGIC_AT = 24
const VERSION_AT = MAGIC_AT + 4
const PAGE_BYTES_AT = MAGIC_AT + 24
const LAST_PAGE_AT = MAGIC_AT + 120
const TRANSACTION_AT = MAGIC_AT + 128
const META_BYTES = MAGIC_AT + 136
const MAGIC = 0xbeefc0de
const VERSION = 2

export interface Header {
  /** What is wrong with it. */
  readonly damage?: string
  /** The file was shorter than its pages. It has been lengthened, since reading behind a file's end kills the process, and wants to be read through. */
  readonly isShort: boolean
}

/** Looks at a data file; an absent or empty one is whole. */
export function inspect(path: string): Header {
  if (!existsSync(path)) return { isShort: false }
  const file = openSync(path, 'r+')
  try {
    const bytes = fstatSync(file).size
    if (bytes === 0) return { isShort: false }
    const first = metaAt(file, 0)
    if (!first) return { damage: 'it does not begin as an LMDB file does', isShort: false }
    const second = metaAt(file, first.pageBytes)
    if (!second) return { damage: 'its second page is not that of an LMDB file', isShort: false }
    const newest = first.transaction > second.transaction ? first : second
    const expected = (newest.lastPage + 1) * newest.pageBytes
    // LMDB leaves out free pages at the end, so this alone is no damage.
    if (bytes < expected) ftruncateSync(file, expected)
    return { isShort: bytes < expected }
  } finally {
    closeSync(file)
  }
}

function metaAt(file: number, position: number) {
  const bytes = Buffer.alloc(META_BYTES)
  if (readSync(file, bytes, 0, META_BYTES, position) < META_BYTES) return undefined
  const pageBytes = bytes.readUInt32LE(PAGE_BYTES_AT)
  const isMeta = bytes.readUInt32LE(MAGIC_AT) === MAGIC && (bytes.readUInt32LE(VERSION_AT) & 0xffff) === VERSION
  // 512 bytes to 64 KiB, a power of two: the sizes that LMDB knows.
  if (!isMeta || pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return undefined
  return {
    pageBytes,
    lastPage: Number(bytes.readBigUInt64LE(LAST_PAGE_AT)),
    transaction: bytes.readBigUInt64LE(TRANSACTION_AT),
  }
}
