/** Certificates that we make must be ones that OpenSSL accepts, and say what they were asked to say. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { MalformedDer } from './der.ts'
import { seededRandom } from './random.ts'
import { createAuthority, fingerprint, issueClient, issueServer, subjectOf, validityOf } from './x509.ts'
import { addressBytes, addressText } from './x509-names.ts'
import { createRequest, readRequest, signRequest } from './x509-request.ts'

const DAY_MS = 86_400_000
const now = Math.floor(Date.now() / 1000) * 1000
const validity = { notBefore: now - DAY_MS, notAfter: now + 365 * DAY_MS }
const authority = createAuthority({ commonName: 'test-ca', validity })

function folder(files: Record<string, string>) {
  const path = mkdtempSync(join(tmpdir(), 'knarr-x509-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return {
    read: (name: string) => readFileSync(join(path, name), 'utf8'),
    openssl: (...args: string[]) => execFileSync('openssl', args, { cwd: path, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}

test('OpenSSL verifies a server certificate, its names included', () => {
  const hosts = ['localhost', 'kubernetes.default.svc', '127.0.0.1', '::1', '2001:db8::7']
  const server = issueServer(authority, { subject: { commonName: 'kube-apiserver', organizations: [] }, hosts, validity })
  using files = folder({ 'ca.pem': authority.certificate, 'server.pem': server.certificate, 'server.key': server.key })
  assert.match(files.openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.pem', 'server.pem'), /OK/)
  for (const [flag, host] of [
    ['-verify_hostname', 'kubernetes.default.svc'],
    ['-verify_ip', '127.0.0.1'],
    ['-verify_ip', '2001:db8::7'],
  ] as const)
    assert.match(files.openssl('verify', '-CAfile', 'ca.pem', flag, host, 'server.pem'), /OK/)
  assert.throws(() => files.openssl('verify', '-CAfile', 'ca.pem', '-verify_hostname', 'other', 'server.pem'), /hostname mismatch/)
  assert.throws(() => files.openssl('verify', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'server.pem'), /unsuitable certificate purpose/)
  assert.equal(files.openssl('pkey', '-in', 'server.key', '-pubout'), files.openssl('x509', '-in', 'server.pem', '-noout', '-pubkey'))
})

test('a client certificate says who it is for', () => {
  const subject = { commonName: 'jane, "the" née', organizations: ['dev', 'ops', 'system:masters'] }
  const client = issueClient(authority, { subject, validity })
  using files = folder({ 'ca.pem': authority.certificate, 'client.pem': client.certificate })
  assert.match(files.openssl('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'client.pem'), /OK/)
  const read = subjectOf(client.certificate)
  assert.equal(read.commonName, subject.commonName)
  assert.deepEqual([...read.organizations].sort(), subject.organizations)
  assert.deepEqual(validityOf(client.certificate), validity)
  assert.equal(
    fingerprint(client.certificate),
    files.openssl('x509', '-in', 'client.pem', '-noout', '-fingerprint', '-sha256').split('=')[1]?.trim().replaceAll(':', '').toLowerCase(),
  )
})

test('times beyond 2049 are written as RFC 5280 asks', () => {
  const far = { notBefore: now, notAfter: Date.parse('2051-02-03T04:05:06Z') }
  const { certificate } = issueClient(authority, { subject: { commonName: 'x', organizations: [] }, validity: far })
  assert.equal(validityOf(certificate).notAfter, far.notAfter)
  using files = folder({ 'x.pem': certificate })
  assert.match(files.openssl('x509', '-in', 'x.pem', '-noout', '-enddate'), /Feb {2}3 04:05:06 2051/)
})

test("another authority's certificate is not accepted", () => {
  const other = createAuthority({ commonName: 'test-ca', validity })
  const { certificate } = issueClient(other, { subject: { commonName: 'x', organizations: [] }, validity })
  using files = folder({ 'ca.pem': authority.certificate, 'x.pem': certificate })
  assert.throws(() => files.openssl('verify', '-CAfile', 'ca.pem', 'x.pem'))
})

test('OpenSSL accepts our requests', () => {
  const made = createRequest({ subject: { commonName: 'system:node:n1', organizations: ['system:nodes'] }, hosts: ['n1', '10.0.0.1'] })
  using files = folder({ 'r.pem': made.request })
  assert.match(files.openssl('req', '-in', 'r.pem', '-noout', '-verify', '-text'), /DNS:n1, IP Address:10\.0\.0\.1/)
})

for (const [title, ...key] of [
  ['RSA', '-newkey', 'rsa:2048'],
  ['P-256', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ['P-384 with SHA-384', '-sha384', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  ['Ed25519', '-newkey', 'ed25519'],
] as const)
  test(`a request of OpenSSL with a key of ${title} is read and signed`, () => {
    using files = folder({})
    const subject = '/O=dev/O=ops/CN=myuser'
    files.openssl(
      'req',
      '-new',
      ...key,
      '-nodes',
      '-subj',
      subject,
      '-addext',
      'subjectAltName=DNS:a.b,IP:1.2.3.4,email:x@y.z',
      '-keyout',
      'k.pem',
      '-out',
      'r.pem',
    )
    const text = files.read('r.pem')
    const read = readRequest(text)
    assert.deepEqual(read.subject, { commonName: 'myuser', organizations: ['dev', 'ops'] })
    assert.deepEqual([read.dnsNames, read.ipAddresses, read.emailAddresses, read.uris], [['a.b'], ['1.2.3.4'], ['x@y.z'], []])
    const signed = signRequest(authority, text, { usages: ['client auth'], validity })
    using check = folder({ 'ca.pem': authority.certificate, 'x.pem': signed })
    assert.match(check.openssl('verify', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'x.pem'), /OK/)
    assert.match(check.openssl('x509', '-in', 'x.pem', '-noout', '-ext', 'subjectAltName'), /DNS:a\.b, email:x@y\.z, IP Address:1\.2\.3\.4/)
  })

test('a request that was changed after signing is refused', () => {
  const { request } = createRequest({ subject: { commonName: 'aaaaaaaa', organizations: [] } })
  const body = Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64')
  body.write('bbbbbbbb', body.indexOf('aaaaaaaa'))
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${body.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
  assert.throws(() => readRequest(changed), MalformedDer)
  assert.throws(() => readRequest('hello'), /PEM block type must be CERTIFICATE REQUEST/)
})

for (const [written, canonical] of [
  ['10.0.0.1', '10.0.0.1'],
  ['::1', '::1'],
  ['2001:DB8:0:0::7', '2001:db8::7'],
  ['::ffff:1.2.3.4', '::ffff:102:304'],
] as const)
  test(`address ${written} survives as ${canonical}`, () => assert.equal(addressText(addressBytes(written) as Uint8Array), canonical))

test('whatever is done to a request, it is read or refused, and never read as another', () => {
  const random = seededRandom(7)
  const { request } = createRequest({ subject: { commonName: 'aaaaaaaa', organizations: ['bbbb'] }, hosts: ['x.y', '1.2.3.4'] })
  const whole = Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64')
  for (let round = 0; round < 400; round++) {
    const body = Buffer.from(whole)
    for (let i = 0; i <= random.integer(3); i++) body[random.integer(body.length)] = random.integer(256)
    const cut = random.integer(4) ? body : body.subarray(0, random.integer(body.length))
    try {
      const { subject } = readRequest(`-----BEGIN CERTIFICATE REQUEST-----\n${cut.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`)
      assert.deepEqual(subject, { commonName: 'aaaaaaaa', organizations: ['bbbb'] })
    } catch (error) {
      assert(error instanceof MalformedDer, `round ${round}: ${String(error)}`)
    }
  }
})
