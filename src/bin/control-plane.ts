/** The control plane of one cluster: store, API server, controllers and scheduler, put together. */
import { readSigningKey } from '#apiserver/authenticate/signing-key.ts'
import { Tokens } from '#apiserver/authenticate/tokens.ts'
import { ensureBootstrap } from '#apiserver/authorize/bootstrap/ensure.ts'
import { describingRoutes } from '#apiserver/describe/index.ts'
import { security } from '#apiserver/security.ts'
import { type ApiServer, createApiServer } from '#apiserver/server.ts'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import type { Credential } from '#base/x509.ts'
import { Mirrors } from '#client/mirrors.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { controllers } from '#controllers/index.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { Namespace } from '#kinds/core/namespace.ts'
import { isRefusal } from '#kinds/meta/refusal.ts'
import { startScheduler } from '#scheduler/scheduler.ts'
import type { Store } from '#store/store.ts'
import { version } from './version.ts'

export interface ControlPlaneOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** The authority's certificate, PEM. */
  readonly authority: string
  /** PEM: signs service-account tokens. */
  readonly tokenKey: string
  /** What is shown to kubelets when they are asked for logs, exec and the like. */
  readonly kubelet: Credential
  /** `host:port`, told in legacy discovery. */
  readonly address: () => string
}
export interface ControlPlane extends AsyncDisposable {
  readonly api: ApiServer
  /** A client in this process with the rights of a user. */
  clientOf(user: string, groups: readonly string[]): Client
  /** Makes what every cluster has from the start. */
  prepare(): Promise<void>
  /** Starts controllers and scheduler. */
  run(): void
}

/** The issuer of service-account tokens, and the audience that they are for unless they say otherwise. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local'
const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

export function assembleControlPlane({ store, clock, log, authority, tokenKey, kubelet, address }: ControlPlaneOptions): ControlPlane {
  const random = systemRandom
  const tokens = new Tokens(ISSUER, [readSigningKey(tokenKey)])
  const { gates, admission } = security({ tokens, random })
  const build = { version, runtime: process.version, platform: process.platform, architecture: process.arch }
  const api = createApiServer({
    store,
    catalogue,
    clock,
    random,
    log,
    gates,
    admission,
    actions: { tokens: { tokens, audiences: [ISSUER] }, kubelet: { cert: kubelet.certificate, key: kubelet.key, ca: authority } },
    routes: ({ registry }) => describingRoutes(registry, { build, tokens, address }),
  })
  const transportOf = (name: string, groups: readonly string[]) =>
    api.local({ user: { name, groups: [...groups, 'system:authenticated'], extra: {} }, agent: name.split(':').at(-1) ?? name })
  const clientOf = (name: string, groups: readonly string[]) => createClient(transportOf(name, groups))
  const running = new AsyncDisposableStack()
  return {
    api,
    clientOf,
    prepare: async () => {
      const transport = transportOf('system:apiserver', ['system:masters'])
      await Promise.all(NAMESPACES.map(name => ensureNamespace(createClient(transport), name)))
      await ensureBootstrap(transport, api.objects)
    },
    run: () => {
      const cluster = (user: string) => {
        const client = clientOf(user, ['system:masters'])
        return { client, mirrors: running.use(new Mirrors(client, { clock, log })), clock, log }
      }
      const manager = cluster('system:kube-controller-manager')
      for (const controller of controllers({ authority })) running.use(controller.start(manager))
      running.use(startScheduler({ ...cluster('system:kube-scheduler'), random }))
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await api[Symbol.asyncDispose]()
    },
  }
}

async function ensureNamespace(client: Client, name: string): Promise<void> {
  try {
    await client.create(Namespace, { metadata: { name } } as Partial<Namespace>)
  } catch (error) {
    if (!isRefusal(error, 'AlreadyExists')) throw error
  }
}
