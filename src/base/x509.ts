/** Certificates: an authority of our own that issues them and signs requests, over node:crypto so that start-up loads nothing. */
import type { Buffer } from 'node:buffer'
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { around, bitString, der, inside, integer, octetString, oid, plain, sequence, TAG, time, values, yes } from './der.ts'
import { pem } from './pem.ts'
import { addressBytes, distinguishedName, ID, type Names, namesExtension, readName, type Subject } from './x509-names.ts'

/** A certificate with its private key, both PEM (the key as PKCS #8). */
export interface Credential {
  readonly certificate: string
  readonly key: string
}
/** Milliseconds since the epoch; certificates keep whole seconds. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}
/** What a key may be used for, in the words of certificates.k8s.io (KeyUsage). */
export type Usage = keyof typeof KEY_USAGES | keyof typeof EXTENDED_USAGES

/** Bits of RFC 5280, 4.2.1.3. */
const KEY_USAGES = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
} as const
const EXTENDED_USAGES = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
} as const

/** A new self-signed authority with an ECDSA P-256 key. */
export function createAuthority(options: { readonly commonName: string; readonly validity: Validity }): Credential {
  const key = newKey()
  const subject = distinguishedName({ commonName: options.commonName, organizations: [] })
  const certificate = assemble({
    issuer: subject,
    issuerKey: key,
    subject,
    publicKey: createPublicKey(key),
    validity: options.validity,
    usages: ['digital signature', 'key encipherment', 'cert sign'],
    isAuthority: true,
  })
  return { certificate: pem('CERTIFICATE', certificate), key: keyPem(key) }
}

export interface Issue {
  readonly subject: Subject
  readonly usages: readonly Usage[]
  readonly validity: Validity
  /** DNS names and IP addresses for which a server certificate stands. */
  readonly hosts?: readonly string[]
}
/** A certificate with a new ECDSA P-256 key. */
export function issue(authority: Credential, what: Issue): Credential {
  const key = newKey()
  return { certificate: certify(authority, { ...what, publicKey: createPublicKey(key) }), key: keyPem(key) }
}
/** Server certificate for the hosts (DNS names and IP addresses). */
export const issueServer = (authority: Credential, what: Omit<Issue, 'usages'>): Credential =>
  issue(authority, { ...what, usages: ['digital signature', 'key encipherment', 'server auth'] })
/** Client certificate; the API server reads CN as the user and O as the groups. */
export const issueClient = (authority: Credential, what: Omit<Issue, 'usages' | 'hosts'>): Credential =>
  issue(authority, { ...what, usages: ['digital signature', 'key encipherment', 'client auth'] })

export interface Certify extends Omit<Issue, 'hosts'> {
  readonly publicKey: KeyObject
  readonly hosts?: readonly string[]
  /** Names beside `hosts`: what a request asked for. */
  readonly names?: Names
}
/** A certificate (PEM) for a public key that someone else holds the private key of. */
export function certify(authority: Credential, what: Certify): string {
  const issuer = new X509Certificate(authority.certificate)
  const hosts = what.hosts ?? []
  const names: Names = {
    dnsNames: [...(what.names?.dnsNames ?? []), ...hosts.filter(host => addressBytes(host) === undefined)],
    ipAddresses: [...(what.names?.ipAddresses ?? []), ...hosts.filter(host => addressBytes(host) !== undefined)],
    emailAddresses: what.names?.emailAddresses ?? [],
    uris: what.names?.uris ?? [],
  }
  const certificate = assemble({
    issuer: nameOf(issuer),
    issuerKey: createPrivateKey(authority.key),
    subject: distinguishedName(what.subject),
    publicKey: what.publicKey,
    validity: what.validity,
    usages: what.usages,
    isAuthority: false,
    names,
  })
  return pem('CERTIFICATE', certificate)
}

/** Who a certificate (PEM or DER) speaks for. */
export function subjectOf(certificate: string | Uint8Array): Subject {
  const [, , , , , subject] = fields(new X509Certificate(certificate))
  return readName(subject)
}
/** Lower-case hex SHA-256 of the whole certificate. */
export const fingerprint = (certificate: string | Uint8Array): string =>
  createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex')
/** When a certificate (PEM or DER) is valid. */
export function validityOf(certificate: string | Uint8Array): Validity {
  const parsed = new X509Certificate(certificate)
  return { notBefore: parsed.validFromDate.getTime(), notAfter: parsed.validToDate.getTime() }
}

/** The fields of the signed part: [0] version, serial, algorithm, issuer, validity, subject, key, … */
const fields = (certificate: X509Certificate) => {
  const [whole] = values(certificate.raw)
  return inside(inside(whole)[0])
}
const nameOf = (certificate: X509Certificate): Buffer => {
  const subject = fields(certificate)[5]
  if (!subject) throw new Error('the certificate has no subject')
  return subject.whole
}

interface Parts {
  readonly issuer: Buffer
  readonly issuerKey: KeyObject
  readonly subject: Buffer
  readonly publicKey: KeyObject
  readonly validity: Validity
  readonly usages: readonly Usage[]
  readonly isAuthority: boolean
  readonly names?: Names
}
function assemble(parts: Parts): Buffer {
  const { algorithm, hash } = signatureOf(parts.issuerKey)
  const names = parts.names && namesExtension(parts.names)
  const extended = parts.usages.flatMap(usage => (usage in EXTENDED_USAGES ? [EXTENDED_USAGES[usage as keyof typeof EXTENDED_USAGES]] : []))
  const extensions = [
    ...keyUsage(parts.usages),
    ...(extended.length ? [extension('2.5.29.37', sequence(...extended.map(oid)), false)] : []),
    extension('2.5.29.19', parts.isAuthority ? sequence(yes) : sequence(), true),
    ...(parts.isAuthority ? [extension('2.5.29.14', octetString(keyId(parts.publicKey)), false)] : []),
    extension('2.5.29.35', sequence(der(plain(0), keyId(createPublicKey(parts.issuerKey)))), false),
    ...(names ? [extension(ID.subjectAltName, names, false)] : []),
  ]
  const signed = sequence(
    der(around(0), integer(Uint8Array.of(2))),
    integer(randomBytes(SERIAL_BYTES)),
    algorithm,
    parts.issuer,
    sequence(time(parts.validity.notBefore), time(parts.validity.notAfter)),
    parts.subject,
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    der(around(3), sequence(...extensions)),
  )
  return sequence(signed, algorithm, bitString(sign(hash, signed, parts.issuerKey)))
}
/** RFC 5280 allows 20; 16 random ones never meet twice. */
const SERIAL_BYTES = 16

const extension = (id: string, value: Uint8Array, critical: boolean) => sequence(oid(id), ...(critical ? [yes] : []), octetString(value))

function keyUsage(usages: readonly Usage[]): Buffer[] {
  const bits = usages.flatMap(usage => (usage in KEY_USAGES ? [KEY_USAGES[usage as keyof typeof KEY_USAGES]] : []))
  if (!bits.length) return []
  const highest = Math.max(...bits)
  const bytes = new Uint8Array(highest > 7 ? 2 : 1)
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  return [extension('2.5.29.15', bitString(bytes, 7 - (highest & 7)), true)]
}
/** SHA-1 of the key's bits, as RFC 5280 4.2.1.2 (1) proposes. An identifier, not a protection. */
function keyId(key: KeyObject): Buffer {
  const [info] = values(key.export({ type: 'spki', format: 'der' }))
  const [, bits] = inside(info)
  if (!bits) throw new Error('the public key has no bits')
  return createHash('sha1').update(bits.content.subarray(1)).digest()
}

/** The algorithm identifier with which a private key signs, and its hash; null where the algorithm brings its own. */
export function signatureOf(key: KeyObject): { readonly algorithm: Buffer; readonly hash: string | null } {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return { algorithm: sequence(oid('1.2.840.10045.4.3.2')), hash: 'sha256' }
    case 'rsa':
      return { algorithm: sequence(oid('1.2.840.113549.1.1.11'), der(TAG.null)), hash: 'sha256' }
    case 'ed25519':
      return { algorithm: sequence(oid('1.3.101.112')), hash: null }
    default:
      throw new Error(`cannot sign with a key of type "${key.asymmetricKeyType}": only ec, rsa and ed25519 are supported`)
  }
}
const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
