/** Everything that the server says of itself, as routes of the pipeline. */
import type { Tokens } from '../authenticate/tokens.ts'
import type { Route } from '../route.ts'
import { discoveryRoute, type Groups } from './discovery-route.ts'
import { type HealthCheck, healthRoute, ping } from './health.ts'
import { openapiRoute } from './openapi-route.ts'
import { openidRoute } from './openid.ts'
import { rootRoute } from './root.ts'
import { type Build, KUBERNETES, versionRoute } from './version.ts'

export interface Description {
  readonly build: Build
  readonly tokens: Pick<Tokens, 'issuer' | 'keys'>
  /** Host and port under which clients reach the server. */
  readonly address: () => string
  /** Beside `ping`. */
  readonly checks?: readonly HealthCheck[]
}
export function describingRoutes(registry: Groups, { build, tokens, address, checks = [] }: Description): readonly Route[] {
  const all = [ping, ...checks]
  return [
    discoveryRoute(registry, address),
    openapiRoute(registry, `v${KUBERNETES.major}.${KUBERNETES.minor}.${KUBERNETES.patch}`),
    healthRoute(all),
    versionRoute(build),
    openidRoute(tokens),
    rootRoute(registry, otherPaths(all)),
  ]
}
const otherPaths = (checks: readonly HealthCheck[]): readonly string[] => [
  '/.well-known/openid-configuration',
  ...(['healthz', 'livez', 'readyz'] as const).flatMap(root => [
    `/${root}`,
    ...checks.filter(({ of }) => of.includes(root)).map(({ name }) => `/${root}/${name}`),
  ]),
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/version',
]
