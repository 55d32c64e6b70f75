/** The configuration with which CNI connects a pod to this node's bridge. */

export interface PodNetwork {
  /** Name of the network and prefix of what it makes. */
  readonly name: string
  /** At most 15 characters, as the kernel has it. */
  readonly bridge: string
  /** The addresses of this node's pods, one range per family: `10.42.0.0/24`. */
  readonly podCIDRs: readonly string[]
  /** Where it is kept which address is taken. */
  readonly dataFolder: string
  readonly mtu?: number
}

/**
 * A conflist for containerd's `conf_dir`. Masquerading, network policy and host ports are rules of the proxy, in nftables:
 * the plugins that would make them call iptables.
 */
export const networkConfig = ({ name, bridge, podCIDRs, dataFolder, mtu }: PodNetwork) => ({
  cniVersion: '0.4.0',
  name,
  plugins: [
    {
      type: 'bridge',
      bridge,
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
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
