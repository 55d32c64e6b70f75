/** PEM, the text form of keys and certificates (RFC 7468). */
import { Buffer } from 'node:buffer'

export const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`

export interface PemBlock {
  readonly label: string
  readonly bytes: Buffer
}
/** All blocks of a text, in order; what stands between them is left out. */
export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----\r?\n([^-]*)-----END \1-----/g)].map(([, label, body]) => ({
    label: label as string,
    bytes: Buffer.from(
      (body as string)
        .split(/\r?\n/)
        .filter(line => !line.includes(':'))
        .join(''),
      'base64',
    ),
  }))
