/** Extenders over TLS, and those that do not answer as they should. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { extenderCalls } from '#bin/extender-calls.ts'
import { openPki } from '#bin/pki.ts'
import type { Extender } from '#kinds/scheduler-configuration/extender.ts'

const folder = mkdtempSync(join(tmpdir(), 'knarr-extender-'))
const hosts = ['127.0.0.1']
const pkiIn = (name: string) => openPki({ folder: join(folder, name), serverHosts: hosts, node: { name: 'node', hosts }, now: Date.now() })
const [own, other] = [pkiIn('own'), pkiIn('other')]
const base64 = (text: string) => Buffer.from(text).toString('base64')
let server: Server
before(async () => {
  server = createServer({ cert: own.kubeletServer.certificate, key: own.kubeletServer.key }, (request, response) => {
    if (request.url === '/e/never') return
    response.statusCode = request.url === '/e/broken' ? 503 : 200
    response.end(JSON.stringify({ path: request.url }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

async function asked(parts: Partial<Extender>, verb = 'filter'): Promise<unknown> {
  using calls = extenderCalls()
  return await calls.ask({ urlPrefix: `https://127.0.0.1:${(server.address() as AddressInfo).port}/e/`, ...parts }, verb, {})
}
const answer = { path: '/e/filter' }

test('an extender whose authority is known', async () =>
  assert.deepEqual(await asked({ enableHTTPS: true, tlsConfig: { caData: base64(own.authority.certificate) } }), answer))
test('one of another authority is not asked', async () => {
  await assert.rejects(asked({ enableHTTPS: true, tlsConfig: { caData: base64(other.authority.certificate) } }), /certificate|self.signed/)
  await assert.rejects(asked({}), /certificate|self.signed/)
})
test('without an authority any certificate will do, as upstream has it', async () => {
  assert.deepEqual(await asked({ enableHTTPS: true }), answer)
  assert.deepEqual(await asked({ tlsConfig: { insecure: true } }), answer)
})
test('one that fails, and one that never answers', async () => {
  await assert.rejects(asked({ enableHTTPS: true }, 'broken'), /^Error: failed broken with extender at URL https:.*\/e\/broken, code 503$/)
  await assert.rejects(asked({ enableHTTPS: true, httpTimeout: '50ms' }, 'never'), { name: 'AbortError' })
})
