/** The test server over HTTPS on a free port, and a client that speaks HTTP/2 or HTTP/1.1 to it. */
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2'
import { Agent, request as requestHttp1 } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { createApiServer, type ApiServer, type ApiServerOptions } from '#apiserver/server.ts'
import { silentLog } from '#base/log.ts'
import { systemClock } from '#base/clock.ts'
import { createAuthority, issueClient, issueServer, type Credential } from '#base/x509.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import type { Store } from '#store/store.ts'
import { anybody, allowAll, catalogue } from './fixture.ts'

const DAY_MS = 86_400_000
const now = Date.now()
const validity = { notBefore: now - DAY_MS, notAfter: now + DAY_MS }
/** Made once per process: keys take their time. */
export const authority: Credential = createAuthority({ commonName: 'test', validity })
export const serverCredential = issueServer(authority, {
  subject: { commonName: 'server', organizations: [] },
  hosts: ['127.0.0.1', 'localhost'],
  validity,
})
export const clientCredential = issueClient(authority, {
  subject: { commonName: 'alice', organizations: ['system:masters', 'dev'] },
  validity,
})

export interface Http {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}
export interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}
export interface HttpsServer extends AsyncDisposable {
  readonly api: ApiServer
  readonly store: Store
  readonly port: number
  readonly session: ClientHttp2Session
  http2(path: string, ask?: Ask): Promise<Http>
  http1(path: string, ask?: Ask): Promise<Http>
}

export async function serveHttps(options: Partial<ApiServerOptions> = {}): Promise<HttpsServer> {
  const store = await openMemory({ clock: systemClock })
  const gates: ApiServerOptions['gates'] = () => ({
    authenticate: async ({ certificate }) =>
      certificate ? { name: certificate.commonName, groups: certificate.organizations, extra: {} } : anybody,
    authorizer: allowAll,
  })
  const log = { ...silentLog, error: (fields: object, message: string) => console.error(message, fields) }
  const api = createApiServer({ store, catalogue, clock: systemClock, log, gates, admission: [], ...options })
  const tls = { key: serverCredential.key, cert: serverCredential.certificate, ca: authority.certificate }
  const listening = await api.listen({ host: '127.0.0.1', port: 0, tls })
  const { port } = listening
  const client = { ca: authority.certificate, key: clientCredential.key, cert: clientCredential.certificate }
  const session = connect(`https://127.0.0.1:${port}`, client)
  const agent = new Agent({ keepAlive: true, ...client })
  return {
    api,
    store,
    port,
    session,
    http2: (path, ask = {}) => askHttp2(session, path, ask),
    http1: (path, ask = {}) => askHttp1(agent, `https://127.0.0.1:${port}${path}`, ask),
    async [Symbol.asyncDispose]() {
      session.destroy()
      agent.destroy()
      await api[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

function askHttp2(session: ClientHttp2Session, path: string, { method = 'GET', headers = {}, body }: Ask): Promise<Http> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path, ...headers })
    const pieces: Buffer[] = []
    let head: IncomingHttpHeaders = {}
    stream.on('response', received => (head = received))
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('end', () => resolve({ code: Number(head[':status']), headers: head, body: Buffer.concat(pieces) }))
    stream.on('error', reject)
    stream.end(body)
  })
}
function askHttp1(agent: Agent, url: string, { method = 'GET', headers = {}, body }: Ask): Promise<Http> {
  return new Promise((resolve, reject) => {
    const request = requestHttp1(url, { agent, method, headers }, (response: IncomingMessage) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => resolve({ code: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }))
    })
    request.on('error', reject)
    request.end(body)
  })
}
