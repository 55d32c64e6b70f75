/** The pod network of one machine: a routed link per pod by CNI, forwarding, and masquerading of what leaves the machine. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { run } from '#base/processes.ts'
import { networkConfig } from '../runtime/network.ts'
import { cniConfigFile, cniConfigFolder, nftTable } from './names.ts'

export interface MachineNetwork {
  readonly cluster: string
  /** The cluster's data folder. */
  readonly root: string
  /** Where the host-local plugin keeps which address is taken. */
  readonly ipamFolder: string
  /** The pods of the whole cluster: 10.42.0.0/16. */
  readonly podRanges: readonly string[]
  /** The pods of this node: 10.42.0.0/24. */
  readonly nodeCidr: string
  /** The further nodes, whose way out this machine is. */
  readonly linkCidr?: string
}

/** The nft script that puts the cluster's table in place of whatever it was. Reference: nft(8). */
export function natRules({ cluster, podRanges, nodeCidr, linkCidr }: MachineNetwork): string {
  const table = `ip ${nftTable(cluster)}`
  return [
    `add table ${table}`,
    `delete table ${table}`,
    `table ${table} {`,
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    `    ip saddr ${nodeCidr} ip daddr != { ${podRanges.join(', ')} } masquerade`,
    ...(linkCidr ? [`    ip saddr ${linkCidr} ip daddr != { ${[...podRanges, linkCidr].join(', ')} } masquerade`] : []),
    '  }',
    '}',
    '',
  ].join('\n')
}

/** Puts the network in place; again on a machine that has it changes nothing. Throws ProgramFailed. */
export async function prepareNetwork(network: MachineNetwork): Promise<void> {
  const { cluster, root, ipamFolder, nodeCidr } = network
  mkdirSync(cniConfigFolder(root), { recursive: true })
  const config = networkConfig({ name: `knarr-${cluster}`, podCIDRs: [nodeCidr], dataFolder: ipamFolder })
  writeFileSync(cniConfigFile(root), `${JSON.stringify(config, undefined, 2)}\n`)
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
  await run(['nft', '-f', '-'], { input: Buffer.from(natRules(network)) })
}
