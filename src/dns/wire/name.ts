/** Domain names: on the wire a list of labels of any bytes, here a text in lower case without the last dot. */

/** RFC 1035, 2.3.4. */
const LABEL_MAX = 63
const NAME_MAX = 255
const POINTER = 0xc0

/** Where the name that begins at `at` ends when it has no pointers, as in questions; undefined when it is none. */
export function plainNameEnd(bytes: Buffer, at: number): number | undefined {
  for (let here = at; here < bytes.length; ) {
    const length = bytes[here] as number
    if (length > LABEL_MAX) return undefined
    here += length + 1
    if (here - at > NAME_MAX) return undefined
    if (length === 0) return here
  }
  return undefined
}

/** Where the name that begins at `at` ends, be it with a pointer; undefined when it does not end. */
export function nameEnd(bytes: Buffer, at: number): number | undefined {
  for (let here = at; here < bytes.length; ) {
    const length = bytes[here] as number
    if (length >= POINTER) return here + 2 <= bytes.length ? here + 2 : undefined
    if (length > LABEL_MAX) return undefined
    if (length === 0) return here + 1
    here += length + 1
  }
  return undefined
}

/** The labels of the name at `at`, pointers followed; undefined when it is none. Pointers lead backwards only, so that they end. */
export function readLabels(bytes: Buffer, at: number): readonly string[] | undefined {
  const labels: string[] = []
  let total = 1
  let before = at
  for (let here = at; here < bytes.length; ) {
    const length = bytes[here] as number
    if (length === 0) return labels
    if (length >= POINTER) {
      const to = here + 1 < bytes.length ? bytes.readUInt16BE(here) & 0x3fff : before
      if (to >= before) return undefined
      here = before = to
      continue
    }
    total += length + 1
    if (length > LABEL_MAX || total > NAME_MAX || here + 1 + length > bytes.length) return undefined
    labels.push(labelText(bytes.toString('latin1', here + 1, here + 1 + length)))
    here += length + 1
  }
  return undefined
}

/** Bytes that would be taken for something else in a text stand as \DDD (RFC 1035, 5.1). Only ASCII letters have cases. */
const labelText = (bytes: string): string =>
  /^[a-z0-9_-]*$/.test(bytes)
    ? bytes
    : bytes
        .replaceAll(/[A-Z]/g, letter => letter.toLowerCase())
        .replaceAll(/[^!-~]|[.\\]/g, char => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`)

/** The bytes of a name that is written as a text; undefined when it does not fit. */
export function encodeName(name: string): Buffer | undefined {
  const labels = name === '' ? [] : name.split('.').map(labelBytes)
  if (labels.some(({ length }) => length === 0 || length > LABEL_MAX)) return undefined
  const bytes = Buffer.concat([...labels.flatMap(label => [Buffer.of(label.length), label]), Buffer.of(0)])
  return bytes.length <= NAME_MAX ? bytes : undefined
}
/** The bytes of a label that `readLabels` wrote as a text, or that a user did. */
export const labelBytes = (label: string): Buffer =>
  Buffer.from(
    label.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number(digits) & 0xff)),
    'latin1',
  )

/** Whether a name is the domain or stands below it. Both in lower case. */
export const isWithin = (name: string, domain: string): boolean => name === domain || domain === '' || name.endsWith(`.${domain}`)
