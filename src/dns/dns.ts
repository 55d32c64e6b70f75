/** Cluster DNS: answers for the cluster's names on the cluster DNS address, and passes other questions on. */
import { parseCidr } from '#base/cidr.ts'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Random } from '#base/random.ts'
import { Mirrors } from '#client/mirrors.ts'
import type { Client } from '#client/transport.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { Forwarder } from './forward/forwarder.ts'
import { type ResolverFiles, watchedResolver } from './forward/node-resolver.ts'
import { liveView } from './names/view.ts'
import { Resolver } from './resolver.ts'
import { listenTcp } from './serve/tcp.ts'
import { listenUdp } from './serve/udp.ts'
import { CONFIG_MAP, DEFAULT_SETTINGS, type DnsSettings, readSettings } from './settings.ts'

export interface DnsOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Of this machine; the cluster DNS address among them. */
  readonly addresses: readonly string[]
  /** Default 53; 0: any free ones. */
  readonly port?: number
  /** Default `cluster.local`. */
  readonly domain?: string
  /** Of pods and services (CIDR): names of their addresses are nobody else's business. */
  readonly ranges: readonly string[]
  /** Where the node's own resolvers are written down. */
  readonly resolverFiles?: ResolverFiles
}
export interface Dns extends AsyncDisposable {
  /** Where it answers, in the order of the addresses. */
  readonly ports: readonly { readonly address: string; readonly udp: number; readonly tcp: number }[]
}
const DNS_PORT = 53
export const CLUSTER_DOMAIN = 'cluster.local'

/** Resolves when the cluster's names are known and it listens. Throws when it cannot listen on one of the addresses. */
export async function startDns(options: DnsOptions): Promise<Dns> {
  const { client, clock, random, addresses, port = DNS_PORT, domain = CLUSTER_DOMAIN, ranges } = options
  const log = options.log.child({ component: 'dns' })
  await using stack = new AsyncDisposableStack()
  const mirrors = stack.use(new Mirrors(client, { clock, log }))
  const view = liveView(mirrors)
  const forwarder = new Forwarder({ clock, random, log })
  let settings = DEFAULT_SETTINGS
  const resolver = new Resolver({
    view,
    domain,
    servers: addresses,
    ranges: ranges.flatMap(range => parseCidr(range) ?? []),
    forwarder,
    nodeResolver: watchedResolver({ clock, log, own: addresses, ...(options.resolverFiles && { files: options.resolverFiles }) }),
    settings: () => settings,
    log,
  })
  const config = stack.use(mirrors.open(ConfigMap, { namespace: CONFIG_MAP.namespace, fieldSelector: `metadata.name=${CONFIG_MAP.name}` }))
  await Promise.all([view.ready, config.ready])
  stack.use(view.onChange(() => resolver.forget()))
  stack.use(
    config.onChange(({ after }) => {
      settings = after ? chosen(after, log) : DEFAULT_SETTINGS
      resolver.forget()
      forwarder.forget()
    }),
  )
  const ports: Dns['ports'][number][] = []
  for (const address of addresses) {
    const udp = stack.use(await listenUdp(resolver, { address, port, log }))
    const tcp = stack.use(await listenTcp(resolver, { address, port, clock, log }))
    ports.push({ address, udp: udp.port, tcp: tcp.port })
  }
  const running = stack.move()
  return { ports, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

function chosen({ data = {} }: ConfigMap, log: Log): DnsSettings {
  const settings = readSettings(data)
  for (const problem of settings.problems) log.warn({ problem }, 'the config map kube-system/knarr-dns has a mistake; the rest of it holds')
  return settings
}
