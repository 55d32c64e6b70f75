/** Which failures of a pull mean that no registry could be asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnreachable } from './unreachable.ts'

const resolving = (why: string) => `failed to pull and unpack image "r.test/i:1": failed to resolve reference "r.test/i:1": ${why}`
const asking = (why: string) => resolving(`failed to do request: Head "https://r.test/v2/i/manifests/1": ${why}`)
const rows: readonly [rule: string, message: string, expected: boolean][] = [
  ['no name', asking('dial tcp: lookup r.test on 10.0.0.1:53: no such host'), true],
  ['no listener', asking('dial tcp 10.0.0.1:443: connect: connection refused'), true],
  ['no reply in time', asking('dial tcp 10.0.0.1:443: i/o timeout'), true],
  ['the connection ends before an answer', asking('EOF'), true],
  ['a handshake that is not answered', asking('net/http: TLS handshake timeout'), true],
  ['a way out that refuses', asking('Forbidden'), true],
  ['an authority that is not trusted', asking('tls: failed to verify certificate: x509: certificate signed by unknown authority'), false],
  ['no such image', resolving('r.test/i:1: not found'), false],
  ['no right to it', resolving('pull access denied, repository does not exist or may require authorization'), false],
  [
    'a registry in trouble',
    resolving('unexpected status from HEAD request to https://r.test/v2/i/manifests/1: 500 Internal Server Error'),
    false,
  ],
]
for (const [rule, message, expected] of rows) test(`unreachable: ${rule}`, () => assert.equal(isUnreachable(message), expected))
