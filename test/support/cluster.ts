/** A cluster for tests: the whole control plane in this process, on the memory store. */
import { createSigningKey, readSigningKey } from '#apiserver/authenticate/signing-key.ts'
import { Tokens } from '#apiserver/authenticate/tokens.ts'
import { ensureBootstrap } from '#apiserver/authorize/bootstrap/ensure.ts'
import { describingRoutes } from '#apiserver/describe/index.ts'
import { security } from '#apiserver/security.ts'
import { createApiServer } from '#apiserver/server.ts'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import { createClient } from '#client/requests.ts'
import type { Client, Transport } from '#client/transport.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { openMemory } from '#store/engines/memory/engine.ts'

export interface TestCluster extends AsyncDisposable {
  /** A client with all rights. */
  readonly client: Client
  readonly transport: Transport
  /** Makes a namespace of its own for a test, named after it. */
  namespace(base: string): Promise<string>
  /** A request as HTTP has it, with all rights unless its headers say otherwise; `path` may have a query. */
  raw(method: string, path: string, options?: RawOptions): Promise<RawAnswer>
  /** Forgets all history of the store up to now, as time does. */
  compact(): Promise<void>
}
export interface RawOptions {
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
}
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly text: string
}

export async function startTestCluster(): Promise<TestCluster> {
  const store = await openMemory({ clock: systemClock })
  const user = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'], extra: {} }
  const tokens = new Tokens('https://kubernetes.default.svc.cluster.local', [readSigningKey(createSigningKey())])
  const { gates, admission, actions } = security({ tokens, random: systemRandom })
  const build = { version: 'test', runtime: process.version, platform: process.platform, architecture: process.arch }
  const server = createApiServer({
    store,
    catalogue,
    clock: systemClock,
    log: silentLog,
    gates,
    admission,
    actions: () => actions,
    routes: ({ registry }) => describingRoutes(registry, { build, tokens, address: () => '127.0.0.1:6443' }),
  })
  const transport = server.local({ user, agent: 'test' })
  const client = createClient(transport)
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    await client.create(Namespace, { metadata: { name } } as Partial<Namespace>)
  await ensureBootstrap(transport, server.objects)
  let made = 0
  return {
    client,
    transport,
    namespace: async base => {
      const name = `${base}-${++made}`
      await client.create(Namespace, { metadata: { name } } as Partial<Namespace>)
      return name
    },
    raw: async (method, path, { headers = {}, body = '' } = {}) => {
      const url = new URL(path, 'https://127.0.0.1')
      const answer = await server.handle({
        method,
        path: url.pathname,
        query: url.searchParams,
        headers,
        body: async () => Buffer.from(body),
        user,
        signal: new AbortController().signal,
      })
      if ('take' in answer) throw new Error(`${method} ${path}: answered by taking over the connection`)
      return { status: answer.code, headers: answer.headers, text: await textOf(answer.body) }
    },
    compact: async () => await store.compact(store.revision),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

async function textOf(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  return Buffer.concat(await Array.fromAsync(body)).toString()
}
