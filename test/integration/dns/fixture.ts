/** Cluster DNS on loopback, over a whole control plane, with servers of the test to ask. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { systemRandom } from '#base/random.ts'
import type { Client } from '#client/transport.ts'
import { type Dns, startDns } from '#dns/dns.ts'
import { ConfigMap } from '#kinds/core/config-map.ts'
import { startTestCluster } from '#test/support/cluster.ts'
import { question, readReply, type Reply } from '#test/support/dns/packets.ts'
import { askUdp } from '#test/support/dns/sockets.ts'

export interface TestDns extends AsyncDisposable {
  readonly client: Client
  readonly udp: number
  readonly tcp: number
  /** The first one is that of `udp` and `tcp`. */
  readonly ports: Dns['ports']
  namespace(base: string): Promise<string>
  ask(name: string, type: string): Promise<Reply>
  /** Makes the config map, or changes it. */
  configure(data: Readonly<Record<string, string>>): Promise<void>
}
/** `servers`: what the machine's resolver file names. */
export async function startTestDns({ servers = [] }: { readonly servers?: readonly string[] } = {}): Promise<TestDns> {
  const cluster = await startTestCluster()
  const usual = join(cluster.folder, 'resolv.conf')
  writeFileSync(usual, `${servers.map(server => `nameserver ${server}`).join('\n')}\n`)
  const dns: Dns = await startDns({
    client: cluster.client,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    addresses: ['127.0.0.1', '127.0.0.2'],
    port: 0,
    ranges: ['10.96.0.0/16'],
    resolverFiles: { usual, real: `${usual}.real` },
  })
  const { udp = 0, tcp = 0 } = dns.ports[0] ?? {}
  const metadata = { namespace: 'kube-system', name: 'knarr-dns' }
  return {
    client: cluster.client,
    udp,
    tcp,
    ports: dns.ports,
    namespace: base => cluster.namespace(base),
    ask: async (name, type) => readReply(await askUdp(udp, question(name, type, { udpMax: 1_232 }))),
    configure: async data => {
      const known = (await cluster.client.list(ConfigMap, { namespace: metadata.namespace })).items.find(
        each => each.metadata.name === metadata.name,
      )
      if (known) await cluster.client.update(ConfigMap, { ...known, data })
      else await cluster.client.create(ConfigMap, { metadata, data })
    },
    async [Symbol.asyncDispose]() {
      await dns[Symbol.asyncDispose]()
      await cluster[Symbol.asyncDispose]()
    },
  }
}
