/** The configuration with which CNI connects a pod to this node. */

export interface PodNetwork {
  /** Name of the network and prefix of what it makes. */
  readonly name: string
  /** The addresses of this node's pods, one range per family: `10.42.0.0/24`. */
  readonly podCIDRs: readonly string[]
  /** Where it is kept which address is taken. */
  readonly dataFolder: string
  readonly mtu?: number
}

/**
 * A conflist for containerd's `conf_dir`. Each pod has a link of its own and is routed to, so that all of its traffic passes the
 * rules of the machine's IP layer, that to its neighbours as well. Masquerading, network policy and host ports are such rules, in
 * nftables: the plugins that would make them call iptables.
 */
export const networkConfig = ({ name, podCIDRs, dataFolder, mtu }: PodNetwork) => ({
  cniVersion: '0.4.0',
  name,
  plugins: [
    ...(podCIDRs.some(range => range.includes(':')) ? [WITHOUT_DETECTION] : []),
    {
      type: 'ptp',
      ipMasq: false,
      ...(mtu && { mtu }),
      ipam: {
        type: 'host-local',
        dataDir: dataFolder,
        ranges: podCIDRs.map(subnet => [{ subnet }]),
        routes: podCIDRs.map(subnet => ({ dst: subnet.includes(':') ? '::/0' : '0.0.0.0/0' })),
      },
    },
  ],
})

/**
 * Pods have their addresses from us, so that nobody else has them; to ask whether somebody does (RFC 4862, 5.4) would keep each pod waiting
 * for more than a second. It must be told before there is a link. The plugin asks for a result of one before it, which is none.
 */
const WITHOUT_DETECTION = {
  type: 'tuning',
  sysctl: { 'net.ipv6.conf.default.accept_dad': '0', 'net.ipv6.conf.default.dad_transmits': '0' },
  prevResult: { cniVersion: '0.4.0', interfaces: [], ips: [], routes: [], dns: {} },
}
