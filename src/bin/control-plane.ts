/** The control plane of one cluster: store, API server, controllers and scheduler, put together. */
import { identityReviews } from '#apiserver/authenticate/identity-reviews.ts'
import { authenticate } from '#apiserver/authenticate/index.ts'
import { readSigningKey } from '#apiserver/authenticate/signing-key.ts'
import { Tokens } from '#apiserver/authenticate/tokens.ts'
import { admissionPlugins } from '#apiserver/admit/index.ts'
import { accessReviews } from '#apiserver/authorize/access-reviews.ts'
import type { Authorizer } from '#apiserver/authorize/authorizer.ts'
import { nodeRole } from '#apiserver/authorize/bootstrap/system-roles.ts'
import { inOrder } from '#apiserver/authorize/index.ts'
import { mastersAuthorizer } from '#apiserver/authorize/masters.ts'
import { nodeAuthorizer } from '#apiserver/authorize/node.ts'
import { policiesOf } from '#apiserver/authorize/policies.ts'
import { rbacAuthorizer } from '#apiserver/authorize/rbac.ts'
import { discoveryRoute } from '#apiserver/describe/discovery-route.ts'
import { type HealthCheck, healthRoute, ping } from '#apiserver/describe/health.ts'
import { openapiRoute } from '#apiserver/describe/openapi-route.ts'
import { openidRoute } from '#apiserver/describe/openid.ts'
import { rootRoute } from '#apiserver/describe/root.ts'
import { versionRoute } from '#apiserver/describe/version.ts'
import type { Objects } from '#apiserver/resources/objects.ts'
import { type ApiServer, createApiServer } from '#apiserver/server.ts'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import { Mirrors } from '#client/mirrors.ts'
import { createClient } from '#client/requests.ts'
import type { Client } from '#client/transport.ts'
import { controllers } from '#controllers/index.ts'
import { catalogue } from '#kinds/catalogue.ts'
import { startScheduler } from '#scheduler/scheduler.ts'
import type { Store } from '#store/store.ts'
import { kubernetesVersion, version } from './version.ts'

export interface ControlPlaneOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** PEM. */
  readonly authority: string
  /** PEM: signs service-account tokens. */
  readonly tokenKey: string
  /** `host:port`, told in legacy discovery. */
  readonly address: () => string
}
export interface ControlPlane extends AsyncDisposable {
  readonly api: ApiServer
  /** A client in this process with the rights of a user. */
  clientOf(user: string, groups: readonly string[]): Client
  /** Starts controllers and scheduler. */
  run(): void
}

/** Paths beside the API groups. */
const PATHS = [
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
  '/.well-known/openid-configuration',
]
/** The issuer of service-account tokens, and the audience that they are for unless they say otherwise. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local'

export function assembleControlPlane({ store, clock, log, authority, tokenKey, address }: ControlPlaneOptions): ControlPlane {
  const random = systemRandom
  const tokens = new Tokens(ISSUER, [readSigningKey(tokenKey)])
  const authorizerOf = (objects: Objects): Authorizer =>
    inOrder(mastersAuthorizer, nodeAuthorizer(objects, nodeRole.rules), rbacAuthorizer(policiesOf(objects)))
  const checks: readonly HealthCheck[] = [ping]
  const api = createApiServer({
    store,
    catalogue,
    clock,
    random,
    log,
    gates: ({ objects }) => {
      const authentication = { tokens, objects, audiences: [ISSUER] }
      const authorizer = authorizerOf(objects)
      return {
        authenticate: (incoming, now) => authenticate(authentication, incoming, now),
        authorizer,
        reviews: new Map([...identityReviews(authentication), ...accessReviews(authorizer)]),
      }
    },
    admission: admissionPlugins({ authorizerOf, random }),
    routes: ({ registry }) => [
      healthRoute(checks),
      versionRoute({ version, runtime: process.version, platform: process.platform, architecture: process.arch }),
      discoveryRoute(registry, address),
      openapiRoute(registry, kubernetesVersion.gitVersion),
      openidRoute(tokens),
      rootRoute(registry, PATHS),
    ],
  })
  const clientOf = (name: string, groups: readonly string[]) =>
    createClient(api.local({ user: { name, groups: [...groups, 'system:authenticated'], extra: {} }, agent: name.replace(/^system:/, '') }))
  const running = new AsyncDisposableStack()
  return {
    api,
    clientOf,
    run() {
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
