/** The key with which service account tokens are signed, and what others need in order to check them (RFC 7517). */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

export type Algorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512'
export interface SigningKey {
  readonly id: string
  readonly algorithm: Algorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}
const CURVES: Readonly<Record<string, Algorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' }

/** A new ECDSA P-256 key, PEM (PKCS #8). */
export const createSigningKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Reads a private RSA or ECDSA key (PEM). Throws when it is another kind of key. */
export function readSigningKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem)
  const publicKey = createPublicKey(privateKey)
  const curve = privateKey.asymmetricKeyDetails?.namedCurve ?? ''
  const algorithm = privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : CURVES[curve]
  if (!algorithm)
    throw new Error(`cannot sign tokens with a key of type "${privateKey.asymmetricKeyType}": only RSA and ECDSA keys are supported`)
  return { id: keyId(publicKey), algorithm, privateKey, publicKey }
}
/** As upstream derives it: the SHA-256 of the public key's DER, base64url. */
const keyId = (key: KeyObject) =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url')

/** The document under /openid/v1/jwks. */
export const keySet = (keys: readonly SigningKey[]): object => ({
  keys: keys.map(({ id, algorithm, publicKey }) => {
    const { kty, ...rest } = publicKey.export({ format: 'jwk' })
    return { use: 'sig', kty, kid: id, alg: algorithm, ...rest }
  }),
})
/** The document under /.well-known/openid-configuration (OpenID Connect Discovery 1.0). */
export const discoveryDocument = (issuer: string, keys: readonly SigningKey[]): object => ({
  issuer,
  jwks_uri: `${issuer.replace(/\/$/, '')}/openid/v1/jwks`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: [...new Set(keys.map(({ algorithm }) => algorithm))].sort(),
})
