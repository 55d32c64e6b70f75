/** Certificate requests (PKCS #10, RFC 2986): reading them, making them, signing them. */
import type { Buffer } from 'node:buffer'
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import {
  around,
  bitString,
  der,
  dotted,
  inside,
  integer,
  MalformedDer,
  octetString,
  oid,
  sequence,
  set,
  TAG,
  type Value,
  values,
} from './der.ts'
import { pem, pemBlocks } from './pem.ts'
import { type Credential, certify, signatureOf, type Usage, type Validity } from './x509.ts'
import { addressBytes, distinguishedName, ID, type Names, namesExtension, readName, readNames, type Subject } from './x509-names.ts'

export interface CertificateRequest extends Names {
  readonly subject: Subject
  readonly publicKey: KeyObject
}

/** Reads the first CERTIFICATE REQUEST of a PEM text and checks its signature. Throws MalformedDer. */
export function readRequest(text: string): CertificateRequest {
  const block = pemBlocks(text).find(({ label }) => label === 'CERTIFICATE REQUEST' || label === 'NEW CERTIFICATE REQUEST')
  if (!block) throw new MalformedDer('PEM block type must be CERTIFICATE REQUEST')
  const [info, algorithm, signature] = inside(values(block.bytes)[0])
  const [, subject, keyInfo, attributes] = inside(info)
  if (!info || !keyInfo || signature?.tag !== TAG.bitString) throw new MalformedDer('a certification request was expected')
  const publicKey = readKey(keyInfo)
  const hash = HASHES[dotted(inside(algorithm)[0])]
  if (hash === undefined) throw new MalformedDer('the signature algorithm is unknown')
  if (!isSigned(info.whole, { hash, publicKey, signature: signature.content.subarray(1) }))
    throw new MalformedDer('the signature does not match')
  return { subject: readName(subject), publicKey, ...readNames(requestedExtension(attributes, ID.subjectAltName)) }
}
/** OpenSSL throws where the algorithm is not one of the key's. */
function isSigned(bytes: Buffer, by: { readonly hash: string | null; readonly publicKey: KeyObject; readonly signature: Buffer }): boolean {
  try {
    return verify(by.hash, bytes, by.publicKey, by.signature)
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('ERR_OSSL') || (error as { code?: string }).code?.startsWith('ERR_CRYPTO'))
      return false
    throw error
  }
}
const readKey = (info: Value): KeyObject => {
  try {
    return createPublicKey({ key: info.whole, format: 'der', type: 'spki' })
  } catch (cause) {
    throw new MalformedDer('the public key cannot be read', { cause })
  }
}
/** The hash of each signature algorithm; null where the algorithm brings its own. */
const HASHES: Readonly<Record<string, string | null>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
}
function requestedExtension(attributes: Value | undefined, id: string): Buffer | undefined {
  if (attributes?.tag !== around(0)) return undefined
  for (const attribute of inside(attributes, around(0))) {
    const [kind, held] = inside(attribute)
    if (dotted(kind) !== ID.extensionRequest) continue
    for (const extension of inside(inside(held, TAG.set)[0])) {
      const parts = inside(extension)
      if (dotted(parts[0]) === id) return parts.at(-1)?.content
    }
  }
  return undefined
}

/** A request with a new ECDSA P-256 key, or with `key` (PEM). */
export function createRequest(what: { readonly subject: Subject; readonly hosts?: readonly string[]; readonly key?: string }): {
  readonly request: string
  readonly key: string
} {
  const key = what.key === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(what.key)
  const { algorithm, hash } = signatureOf(key)
  const hosts = what.hosts ?? []
  const names = namesExtension({
    dnsNames: hosts.filter(host => addressBytes(host) === undefined),
    ipAddresses: hosts.filter(host => addressBytes(host) !== undefined),
    emailAddresses: [],
    uris: [],
  })
  const wanted = names ? [sequence(oid(ID.extensionRequest), set(sequence(sequence(oid(ID.subjectAltName), octetString(names)))))] : []
  const info = sequence(
    integer(Uint8Array.of(0)),
    distinguishedName(what.subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(around(0), ...wanted),
  )
  const request = sequence(info, algorithm, bitString(sign(hash, info, key)))
  return { request: pem('CERTIFICATE REQUEST', request), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** The certificate (PEM) that a request asks for: its subject and names, with these usages and this validity. Throws MalformedDer. */
export function signRequest(
  authority: Credential,
  request: string,
  how: { readonly usages: readonly Usage[]; readonly validity: Validity },
): string {
  const { subject, publicKey, ...names } = readRequest(request)
  return certify(authority, { subject, publicKey, names, ...how })
}
