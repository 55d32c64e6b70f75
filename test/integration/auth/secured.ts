/** An API server as users meet it: HTTPS, certificates, RBAC, admission, on the memory store. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createSigningKey, readSigningKey } from '#apiserver/authenticate/signing-key.ts'
import { Tokens } from '#apiserver/authenticate/tokens.ts'
import { ensureBootstrap } from '#apiserver/authorize/bootstrap/ensure.ts'
import { describingRoutes } from '#apiserver/describe/index.ts'
import type { InProcess } from '#apiserver/in-process.ts'
import { security } from '#apiserver/security.ts'
import { type ApiServer, createApiServer } from '#apiserver/server.ts'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import { type Credential, createAuthority, issueClient, issueServer } from '#base/x509.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { openMemory } from '#store/engines/memory/engine.ts'
import { type ProgramResult, programPath, runProgram } from '#test/support/kubectl.ts'

export interface Call {
  readonly method?: string
  readonly as?: Credential
  readonly token?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: object
}
export interface Reply {
  readonly code: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  // `any`: tests know what they asked for
  readonly body: any
}
export interface Secured extends AsyncDisposable {
  readonly server: ApiServer
  /** With all rights, without HTTP. */
  readonly root: InProcess
  readonly admin: Credential
  /** A certificate for a user. */
  readonly user: (name: string, ...groups: string[]) => Credential
  readonly call: (path: string, call?: Call) => Promise<Reply>
  /** As admin. */
  readonly kubectl: (args: string, input?: string) => Promise<ProgramResult>
}
const ISSUER = 'https://kubernetes.default.svc.cluster.local'
const DAY_MS = 86_400_000

export async function startSecured(): Promise<Secured> {
  const now = Date.now()
  const validity = { notBefore: now - DAY_MS, notAfter: now + DAY_MS }
  const authority = createAuthority({ commonName: 'test', validity })
  const user = (commonName: string, ...organizations: string[]) =>
    issueClient(authority, { subject: { commonName, organizations }, validity })
  const serving = issueServer(authority, { subject: { commonName: 'server', organizations: [] }, hosts: ['127.0.0.1'], validity })
  const tokens = new Tokens(ISSUER, [readSigningKey(createSigningKey())])
  const guarded = security({ tokens, random: systemRandom })
  const store = await openMemory({ clock: systemClock })
  const build = { version: '0.1.0', runtime: process.version, platform: process.platform, architecture: process.arch }
  const server = createApiServer({
    store,
    catalogue,
    clock: systemClock,
    log: { ...silentLog, error: (fields, message) => console.error(message, fields) },
    gates: guarded.gates,
    admission: guarded.admission,
    actions: { others: guarded.actions },
    routes: ({ registry }) => describingRoutes(registry, { build, tokens, address: () => '127.0.0.1:6443' }),
  })
  const root = server.local({ user: { name: 'root', groups: ['system:masters'], extra: {} }, agent: 'boot' })
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    await root.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } })
  await root.send({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body: { metadata: { name: 'default' } } })
  await ensureBootstrap(root, server.objects)
  const listening = await server.listen({
    host: '127.0.0.1',
    port: 0,
    tls: { key: serving.key, cert: serving.certificate, ca: authority.certificate },
  })
  const folder = mkdtempSync(join(tmpdir(), 'knarr-auth-'))
  const admin = user('kubernetes-admin', 'system:masters')
  const kubeconfig = join(folder, 'config')
  writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${listening.port}`, authority.certificate, admin))

  const call = (path: string, { method = 'GET', as, token, headers = {}, body }: Call = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port: listening.port,
          path,
          method,
          ca: authority.certificate,
          agent: false,
          ...(as && { key: as.key, cert: as.certificate }),
          headers: {
            ...(body && { 'content-type': 'application/json' }),
            ...(token && { authorization: `Bearer ${token}` }),
            ...(headers as Record<string, string>),
          },
        },
        response => {
          const pieces: Buffer[] = []
          response.on('data', (piece: Buffer) => pieces.push(piece))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(pieces).toString()
            const isJson = String(response.headers['content-type']).includes('json')
            resolve({ code: response.statusCode ?? 0, headers: response.headers, body: isJson ? JSON.parse(text) : text })
          })
        },
      )
      asked.on('error', reject)
      asked.end(body && JSON.stringify(body))
    })
  return {
    server,
    root,
    admin,
    user,
    call,
    kubectl: (args, input) =>
      runProgram([programPath('kubectl'), ...args.split(' ')], { input, env: { KUBECONFIG: kubeconfig, HOME: dirname(kubeconfig) } }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const kubeconfigOf = (server: string, authority: string, { certificate, key }: Credential) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'u', user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  })
