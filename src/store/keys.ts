/** The order of keys, and what may be a key. */

/** LMDB takes keys of 1,978 bytes at most; a lease's number stands before the key in one table, and some room is left. Kubernetes' longest keys stay below 1 KiB. */
export const KEY_BYTES_MAX = 1_536

/** In strings without surrogates and without characters above them, the order of UTF-16 units is the order of UTF-8 bytes. */
const isPlain = (key: string) => !/[\ud800-\uffff]/.test(key)

/** Negative when `a` comes before `b` in the order of their UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  if (isPlain(a) || isPlain(b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Tells whether a key lies in [start, end). */
export const isWithin = (key: string, start: string, end: string): boolean => compareKeys(key, start) >= 0 && compareKeys(key, end) < 0

/** @throws RangeError when the key is empty, too long, or no valid Unicode (two such keys could be stored as the same bytes). */
export function assertKey(key: string): void {
  const bytes = Buffer.byteLength(key)
  if (bytes === 0 || bytes > KEY_BYTES_MAX)
    throw new RangeError(`write "${key.slice(0, 80)}": a key has 1 to ${KEY_BYTES_MAX} bytes, this one has ${bytes}`)
  if (!key.isWellFormed()) throw new RangeError(`write "${key}": a key must be valid Unicode`)
}
