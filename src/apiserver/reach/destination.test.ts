/** What webhooks and aggregated APIs name, as an address that can be called. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientConfig, destinationOf } from './destination.ts'

const hook = { namespace: 'default', name: 'hook' }
const rows: [rule: string, config: ClientConfig, url: string, port?: string][] = [
  ['a service is called on 443', { service: hook }, 'https://hook.default.svc/', '443'],
  ['or on its other port', { service: { ...hook, port: 8443 } }, 'https://hook.default.svc:8443/', '8443'],
  ['with a path', { service: { ...hook, path: '/a/b' } }, 'https://hook.default.svc/a/b', '443'],
  ['which may lack its slash', { service: { ...hook, path: 'a' } }, 'https://hook.default.svc/a', '443'],
  ['an address is called as it is', { url: 'https://example.com:8443/a' }, 'https://example.com:8443/a'],
]
for (const [rule, config, url, port] of rows)
  test(`a destination: ${rule}`, () => {
    const destination = destinationOf(config)
    assert.equal(destination.url.href, url)
    assert.deepEqual(destination.service, port === undefined ? undefined : { ...hook, port })
    assert.equal(destination.isUnverified, false)
  })
test('a destination: its roots come as base64', () =>
  assert.equal(destinationOf({ service: hook, caBundle: Buffer.from('PEM').toString('base64') }).authority, 'PEM'))
