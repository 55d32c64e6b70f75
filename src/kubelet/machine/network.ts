/** The pod network of one machine: a routed link per pod by CNI, forwarding, and masquerading of what leaves the machine. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type Clock, wait } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { nft } from '#base/nft.ts'
import { ProgramFailed } from '#base/processes.ts'
import { networkConfig } from '../runtime/network.ts'
import { cniConfigFile, cniConfigFolder, nftTable } from './names.ts'
import { uplinkMtu } from './uplink.ts'

export interface MachineNetwork {
  readonly cluster: string
  /** The cluster's data folder. */
  readonly root: string
  /** Where the host-local plugin keeps which address is taken. */
  readonly ipamFolder: string
  /** The pods of the whole cluster: 10.42.0.0/16. Here and below of each family that the cluster has. */
  readonly podRanges: readonly string[]
  /** The pods of this node, the main family first: 10.42.0.0/24. */
  readonly nodeRanges: readonly string[]
  /** The further nodes, whose way out this machine is. */
  readonly linkRanges: readonly string[]
}

/** A chain that nothing ever comes to; while the rules stand, one of them refers to it. */
const ALIVE = 'alive'
const isSix = (range: string): boolean => range.includes(':')

/** The nft script that puts the cluster's tables, one of each family, in place of whatever they were. Reference: nft(8). */
export function natRules({ cluster, podRanges, nodeRanges, linkRanges }: MachineNetwork): string {
  return nodeRanges
    .flatMap(nodeRange => {
      const family = isSix(nodeRange) ? 'ip6' : 'ip'
      const table = `${family} ${nftTable(cluster)}`
      const [pods, links] = [podRanges, linkRanges].map(ranges => ranges.filter(range => isSix(range) === isSix(nodeRange))) as [
        string[],
        string[],
      ]
      const masquerade = (source: string, within: readonly string[]) =>
        `    ${family} saddr ${source} ${family} daddr != { ${within.join(', ')} } masquerade`
      return [
        `add table ${table}`,
        `delete table ${table}`,
        `table ${table} {`,
        '  chain postrouting {',
        '    type nat hook postrouting priority srcnat; policy accept;',
        masquerade(nodeRange, pods),
        ...links.map(link => masquerade(link, [...pods, link])),
        '  }',
        `  chain ${ALIVE} { }`,
        `  chain never { jump ${ALIVE}; }`,
        '}',
        '',
      ]
    })
    .join('\n')
}

/** Puts the network in place; again on a machine that has it changes nothing. Throws when nft or ip fail. */
export async function prepareNetwork(network: MachineNetwork): Promise<void> {
  const { cluster, root, ipamFolder, nodeRanges } = network
  mkdirSync(cniConfigFolder(root), { recursive: true })
  const mtu = await uplinkMtu()
  const config = networkConfig({ name: `knarr-${cluster}`, podCIDRs: nodeRanges, dataFolder: ipamFolder, ...(mtu && { mtu }) })
  writeFileSync(cniConfigFile(root), `${JSON.stringify(config, undefined, 2)}\n`)
  if (nodeRanges.some(range => !isSix(range))) writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
  if (nodeRanges.some(isSix)) forwardSix()
  await putRules(network)
  rememberHalfClosed()
}

/** Seconds; the kernel has a minute. Upstream: kube-proxy, tcpCloseWaitTimeout. */
export const HALF_CLOSED = { file: '/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait', least: 3_600 } as const
/** So that a server may go on answering, through a service, a client that has said all that it had to say. */
function rememberHalfClosed(): void {
  const { file, least } = HALF_CLOSED
  if (Number(readFileSync(file, 'utf8')) < least) writeFileSync(file, String(least))
}

const putRules = (network: MachineNetwork) => nft([], { script: natRules(network) })

/** Others may flush all rules of a machine, as `systemctl restart nftables` does: without ours no pod reaches the world. */
export function keepRules(network: MachineNetwork, { clock, log, lookEveryMs = LOOK_EVERY_MS }: KeepOptions): AsyncDisposable {
  const stop = new AbortController()
  const keeping = (async () => {
    for (;;) {
      await wait(clock, lookEveryMs, stop.signal)
      if (stop.signal.aborted) return
      try {
        if (await hasRules(network)) continue
        await putRules(network)
        log.warn(
          { table: nftTable(network.cluster) },
          'rules that let pods reach the world were removed by somebody else; they are put back',
        )
      } catch (error) {
        log.warn({ error }, 'cannot look whether pods can reach the world; trying again')
      }
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await keeping
    },
  }
}
export interface KeepOptions {
  readonly clock: Clock
  readonly log: Log
  /** Default 10 s. */
  readonly lookEveryMs?: number
}
const LOOK_EVERY_MS = 10_000

/** Asked by a transaction that must be refused, which costs less than any listing: a chain that a rule refers to cannot be deleted. */
async function hasRules({ cluster, nodeRanges }: MachineNetwork): Promise<boolean> {
  const families = nodeRanges.map(range => (isSix(range) ? 'ip6' : 'ip'))
  const script = families.map(family => `delete chain ${family} ${nftTable(cluster)} ${ALIVE}\n`).join('')
  try {
    await nft([], { script })
    return false
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error
    const [busy, gone] = [/resource busy/gi, /no such file/gi].map(pattern => (error.stderr.match(pattern) ?? []).length) as [
      number,
      number,
    ]
    if (busy + gone === 0) throw error
    return busy === families.length
  }
}

const SIX = '/proc/sys/net/ipv6/conf'
/** Links that learn their routers from announcements would forget them: a machine that forwards heeds those only where `accept_ra` is 2 (ip-sysctl). */
function forwardSix(): void {
  const forwarding = `${SIX}/all/forwarding`
  if (readFileSync(forwarding, 'utf8').trim() === '1') return
  for (const link of readdirSync(SIX)) {
    const file = `${SIX}/${link}/accept_ra`
    if (readFileSync(file, 'utf8').trim() === '1') writeFileSync(file, '2')
  }
  writeFileSync(forwarding, '1')
}
