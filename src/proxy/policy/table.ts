/** The part of the table by which policies are enforced: what leaves a pod and what comes to one, each on a hook of its own. */
import type { Family } from '../family.ts'

/** Without answers of neighbours no IPv6 address of a pod is ever found (RFC 4861). */
const NEIGHBOURS = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } accept'

/**
 * On two hooks either accepts without speaking for the other. What the node itself sends to its pods passes neither, as probes require.
 * Both see the pods' own addresses, since services are translated before. `hairpin`, of the services' part, holds pods that may meet
 * themselves: no policy keeps a pod from itself.
 */
export const policyTable = ({ name: ip, type, version }: Family): string => `
  map egress { type ${type} : verdict; }
  map ingress { type ${type} : verdict; }
  chain leaving {
    ct state established,related accept
    ${version === 6 ? NEIGHBOURS : ''}
    ${ip} saddr . ${ip} daddr @hairpin accept
    ${ip} saddr vmap @egress
  }
  chain leaving-forward {
    type filter hook forward priority filter - 20; policy accept;
    jump leaving
  }
  chain leaving-input {
    type filter hook input priority filter - 20; policy accept;
    jump leaving
  }
  chain coming-forward {
    type filter hook forward priority filter - 10; policy accept;
    ct state established,related accept
    ${ip} saddr . ${ip} daddr @hairpin accept
    ${ip} daddr vmap @ingress
  }
`
