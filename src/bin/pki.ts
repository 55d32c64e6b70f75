/** The cluster's keys and certificates: made at the first start, kept in one folder, renewed before they end. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { type Credential, createAuthority, issueClient, issueServer, type Validity, validityOf } from '#base/x509.ts'

export interface Pki {
  readonly authority: Credential
  /** Of the API server. */
  readonly server: Credential
  /** Of the kubelet's own API. */
  readonly kubeletServer: Credential
  /** With which the API server asks the kubelet. */
  readonly kubeletClient: Credential
  /** The user of the kubeconfig: a member of system:masters. */
  readonly admin: Credential
  /** With which service-account tokens are signed; PEM (PKCS #8, ECDSA P-256). */
  readonly tokenKey: string
}
export interface PkiOptions {
  readonly folder: string
  /** DNS names and addresses of the API server, and of the node. */
  readonly serverHosts: readonly string[]
  readonly node: { readonly name: string; readonly hosts: readonly string[] }
  /** Milliseconds since the epoch. */
  readonly now: number
}

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
const LEAF_DAYS = 365
/** So that a cluster that is started at least once a month never meets an ended certificate. */
const RENEW_BEFORE_MS = 30 * DAY_MS
/** Clocks of machines differ a little. */
const BACKDATE_MS = 300_000

const validFor = (days: number, now: number): Validity => ({ notBefore: now - BACKDATE_MS, notAfter: now + days * DAY_MS })
/** Of every certificate but the authority's. */
export const leafValidity = (now: number): Validity => validFor(LEAF_DAYS, now)

/** Throws when the folder holds a file that is no certificate or key, naming it. */
export function openPki({ folder, serverHosts, node, now }: PkiOptions): Pki {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const authority = keep(
    folder,
    'ca',
    () => true,
    () => createAuthority({ commonName: 'knarr', validity: validFor(AUTHORITY_DAYS, now) }),
  )
  const leaf = (name: string, hosts: readonly string[], make: () => Credential) =>
    keep(folder, name, known => validityOf(known.certificate).notAfter - now > RENEW_BEFORE_MS && covers(known.certificate, hosts), make)
  const client = (commonName: string, organization: string) => () =>
    issueClient(authority, { subject: { commonName, organizations: [organization] }, validity: leafValidity(now) })
  const server = (commonName: string, organizations: readonly string[], hosts: readonly string[]) => () =>
    issueServer(authority, { subject: { commonName, organizations }, hosts, validity: leafValidity(now) })
  return {
    authority,
    server: leaf('apiserver', serverHosts, server('kube-apiserver', [], serverHosts)),
    kubeletServer: leaf('kubelet', node.hosts, server(`system:node:${node.name}`, ['system:nodes'], node.hosts)),
    kubeletClient: leaf('apiserver-kubelet-client', [], client('kube-apiserver-kubelet-client', 'system:masters')),
    admin: leaf('admin', [], client('kubernetes-admin', 'system:masters')),
    tokenKey: keepText(join(folder, 'sa.key'), () =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  }
}

/** Addresses of a machine change; a certificate that lacks one is made anew. */
function covers(certificate: string, hosts: readonly string[]): boolean {
  const known = new X509Certificate(certificate)
  return hosts.every(host => (isIP(host) ? known.checkIP(host) : known.checkHost(host)) !== undefined)
}

function keep(folder: string, name: string, isGood: (known: Credential) => boolean, make: () => Credential): Credential {
  const certificateFile = join(folder, `${name}.crt`)
  const keyFile = join(folder, `${name}.key`)
  if (existsSync(certificateFile) && existsSync(keyFile)) {
    const known = { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    if (isReadable(certificateFile, () => isGood(known))) return known
  }
  const made = make()
  writeWhole(keyFile, made.key)
  writeWhole(certificateFile, made.certificate)
  return made
}
function isReadable(file: string, read: () => boolean): boolean {
  try {
    return read()
  } catch (error) {
    throw new Error(
      `read certificate "${file}": ${(error as Error).message}; restore the file, or remove its folder to make all certificates anew`,
      { cause: error },
    )
  }
}
function keepText(file: string, make: () => string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const made = make()
  writeWhole(file, made)
  return made
}
/** A crash leaves the old file or the new one, never half of one. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
