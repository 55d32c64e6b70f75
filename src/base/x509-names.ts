/** Names in certificates: distinguished names, and the hosts, addresses and URIs beside them (RFC 5280, 4.1.2.4 and 4.2.1.6). */
import { Buffer } from 'node:buffer'
import { isIP } from 'node:net'
import { der, dotted, inside, MalformedDer, oid, plain, sequence, set, TAG, text, textOf, type Value, values } from './der.ts'

/** Who a certificate speaks for. */
export interface Subject {
  readonly commonName: string
  readonly organizations: readonly string[]
}
/** The names that stand beside the subject. */
export interface Names {
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly emailAddresses: readonly string[]
  readonly uris: readonly string[]
}
export const ID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectAltName: '2.5.29.17',
  extensionRequest: '1.2.840.113549.1.9.14',
} as const

export const distinguishedName = ({ commonName, organizations }: Subject): Buffer =>
  sequence(
    // Upstream's tools write all organizations into one relative name; DER wants a set's members sorted.
    ...(organizations.length
      ? [set(...organizations.map(name => attribute(ID.organization, name)).sort((a, b) => Buffer.compare(a, b)))]
      : []),
    ...(commonName ? [set(attribute(ID.commonName, commonName))] : []),
  )
const attribute = (id: string, value: string) => sequence(oid(id), text(value))

/** Throws MalformedDer. */
export function readName(name: Value | undefined): Subject {
  const attributes = inside(name).flatMap(relative =>
    inside(relative, TAG.set).map(one => {
      const [id, value] = inside(one)
      return [dotted(id), textOf(value)] as const
    }),
  )
  return {
    // Go keeps the last common name that it meets.
    commonName: attributes.findLast(([id]) => id === ID.commonName)?.[1] ?? '',
    organizations: attributes.filter(([id]) => id === ID.organization).map(([, value]) => value),
  }
}

const GENERAL = { email: 1, dns: 2, uri: 6, address: 7 } as const

/** The content of a subjectAltName extension; undefined when there are no names. */
export function namesExtension(names: Names): Buffer | undefined {
  const all = [
    ...names.dnsNames.map(name => text(name, plain(GENERAL.dns))),
    ...names.emailAddresses.map(name => text(name, plain(GENERAL.email))),
    ...names.ipAddresses.map(address => der(plain(GENERAL.address), addressBytes(address) ?? Buffer.alloc(0))),
    ...names.uris.map(uri => text(uri, plain(GENERAL.uri))),
  ]
  return all.length ? sequence(...all) : undefined
}
/** Reads what `namesExtension` writes. Throws MalformedDer. */
export function readNames(extension: Uint8Array | undefined): Names {
  const all = extension ? inside(values(extension)[0]) : []
  const texts = (kind: number) => all.filter(({ tag }) => tag === plain(kind)).map(textOf)
  return {
    dnsNames: texts(GENERAL.dns),
    emailAddresses: texts(GENERAL.email),
    uris: texts(GENERAL.uri),
    ipAddresses: all.filter(({ tag }) => tag === plain(GENERAL.address)).map(({ content }) => addressText(content)),
  }
}

/** Four or sixteen bytes; undefined for what is no IP address. */
export function addressBytes(host: string): Buffer | undefined {
  const version = isIP(host)
  if (version === 4) return Buffer.from(host.split('.').map(Number))
  if (version !== 6) return undefined
  // WHATWG URL brings every spelling into eight groups with one "::" at most, dotted tails included.
  const canonical = new URL(`http://[${host}]/`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const groups = (part: string) => (part ? part.split(':').map(group => Number.parseInt(group, 16)) : [])
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? [] : new Array<number>(8 - before.length - after.length).fill(0)
  return Buffer.from([...before, ...zeros, ...after].flatMap(group => [group >> 8, group & 0xff]))
}
/** Throws MalformedDer. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join('.')
  if (bytes.length !== 16) throw new MalformedDer(`an address of 4 or 16 bytes was expected, found ${bytes.length}`)
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16))
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}
