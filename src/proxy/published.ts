/** Ports of the machine that lead to services, listened on for as long as they are published. */
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Random } from '#base/random.ts'
import { Mirror } from '#client/mirror.ts'
import type { Client } from '#client/transport.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { PUBLISHED_PORTS, type PublishedPort, publishedPort } from '#kinds/core/service/published.ts'
import { backendsOf } from './backends.ts'
import { IPV4, IPV6 } from './family.ts'
import type { Proxy } from './proxy.ts'
import type { Target } from './relay.ts'
import { Relays } from './relays.ts'

export interface PublishingOptions {
  /** May read the ConfigMap of published ports. */
  readonly client: Client
  readonly proxy: Pick<Proxy, 'services' | 'slices'>
  readonly clock: Clock
  readonly log: Log
  readonly random: Random
}

/** Services need not exist yet: each connection is led to a pod that is ready then, or refused. */
export function publishPorts({ client, proxy, clock, log, random }: PublishingOptions): AsyncDisposable {
  const failed = (error: unknown) => log.warn({ error }, 'watch failed, trying again')
  const maps = new Mirror(client, ConfigMap, {
    clock,
    failed,
    namespace: PUBLISHED_PORTS.namespace,
    fieldSelector: `metadata.name=${PUBLISHED_PORTS.name}`,
  })
  const relays = new Relays(clock, ({ port }, error) => log.warn({ port, error }, 'cannot listen on a published port, trying again'))
  const subscription = maps.onChange(({ after }) => {
    const ports = Object.entries(after?.data ?? {}).flatMap(([key, target]) => publishedPort(key, target) ?? [])
    relays.put(
      PUBLISHED_PORTS.name,
      ports.map(published => ({
        port: published.port,
        protocol: 'TCP',
        target: () => backendFor(published, proxy, random),
      })),
    )
  })
  return {
    async [Symbol.asyncDispose]() {
      subscription[Symbol.dispose]()
      relays[Symbol.dispose]()
      await maps[Symbol.asyncDispose]()
    },
  }
}

function backendFor(
  { namespace, service, servicePort }: PublishedPort,
  { services, slices }: PublishingOptions['proxy'],
  random: Random,
): Target | undefined {
  const port = services
    .get({ namespace, name: service })
    ?.spec.ports?.find(each => each.protocol === 'TCP' && (String(each.port) === servicePort || each.name === servicePort))
  if (!port) return undefined
  const found = slices.by('service', `${namespace}/${service}`)
  const everywhere = { nodeName: '', zone: undefined }
  // Whoever asks has reached the machine already: the family of the pod is no matter to them.
  const all = [IPV4, IPV6].map(family => backendsOf(port, found, { ...everywhere, family }).all).find(({ length }) => length > 0) ?? []
  return all[random.integer(Math.max(1, all.length))]
}
