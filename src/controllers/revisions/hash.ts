/** A short name for a template, the same for the same template. */
import { canonical } from './canonical.ts'

/** Without vowels and without what looks alike, so that names never spell words (upstream: apimachinery, util/rand). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** As a label value and the end of a name. `collisions`: how often the name turned out to be taken. */
export function hashOf(template: unknown, collisions = 0): string {
  const text = canonical(template) + (collisions ? `#${collisions}` : '')
  return [...String(fnv(text))].map(digit => ALPHABET[digit.charCodeAt(0) % ALPHABET.length]).join('')
}

/** FNV-1a, 32 bits, with a last mixing so that near texts get far numbers. */
function fnv(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
