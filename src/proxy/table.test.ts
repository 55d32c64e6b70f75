/** Rules by which the source of translated packets is translated too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IPV4, IPV6 } from './family.ts'
import { skeleton } from './table.ts'

const ranges = {
  podRanges: ['10.42.0.0/16', 'fd00:42::/56'],
  nodeRanges: ['10.42.0.0/24', 'fd00:42::/64'],
  serviceRanges: ['10.43.0.0/16'],
}
for (const [rule, family, throughRanges, askers] of [
  ['of whoever is outside the cluster, before other machines', IPV4, [], 'ip saddr != { 10.42.0.0/16 }'],
  ['only of nodes that are behind this one', IPV4, ['10.42.255.0/24'], 'ip saddr { 10.42.255.0/24 }'],
  ['by family', IPV6, ['10.42.255.0/24'], 'ip6 saddr != { fd00:42::/56 }'],
] as const)
  test(`on its way to other nodes the source is translated ${rule}`, () => {
    const [pods, here] = family === IPV4 ? ['10.42.0.0/16', '10.42.0.0/24'] : ['fd00:42::/56', 'fd00:42::/64']
    const rest = `${family.name} daddr { ${pods} } ${family.name} daddr != { ${here} } masquerade`
    const script = skeleton({ name: 't', family, ...ranges, throughRanges })
    assert(script.includes(`    ct status & dnat == dnat ${askers} ${rest}\n`), script)
  })
