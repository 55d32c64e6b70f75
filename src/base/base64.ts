/** Standard base64 (RFC 4648 §4), without Node's types, with Go's errors. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const SIX_BITS = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) SIX_BITS[ALPHABET.charCodeAt(i)] = i
/** So that the arguments of String.fromCharCode stay within the stack. */
const CHUNK = 8_190

/** The bytes that `text` stands for; line breaks are skipped. Throws an Error with the place of the first wrong byte. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let written = 0
  let bits = 0
  let digits = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const six = code < 128 ? (SIX_BITS[code] as number) : -1
    if (six >= 0) {
      bits = (bits << 6) | six
      if (++digits < 4) continue
      bytes[written++] = bits >> 16
      bytes[written++] = bits >> 8
      bytes[written++] = bits
      bits = digits = 0
    } else if (code === 61 && digits >= 2) {
      const end = padding(text, i, digits)
      bytes[written++] = digits === 3 ? bits >> 10 : bits >> 4
      if (digits === 3) bytes[written++] = bits >> 2
      if (end !== text.length) throw illegal(end)
      return bytes.subarray(0, written)
    } else if (code !== 10 && code !== 13) throw illegal(i)
  }
  if (digits) throw illegal(text.length - digits)
  return bytes.subarray(0, written)
}

/** The end of the padding that starts at `at`, line breaks behind it included. */
function padding(text: string, at: number, digits: number): number {
  let end = at + 1
  const skip = () => {
    while (text[end] === '\n' || text[end] === '\r') end++
  }
  skip()
  if (digits === 2) {
    if (text[end] !== '=') throw illegal(end === text.length ? end : at)
    end++
  }
  skip()
  return end
}
const illegal = (at: number) => new Error(`illegal base64 data at input byte ${at}`)

/** `bytes` as padded base64. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK))
  return btoa(text)
}
