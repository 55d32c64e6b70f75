/** The host ports of a pod on this node as entries of the tables, and those that must be listened on. */
import { isLoopback, parseAddress } from '#base/cidr.ts'
import { isTerminal } from '#kinds/core/pod/facts.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { type Entries, idOf, type Places, protocolOf } from './entries.ts'
import { type Family, isOf } from './family.ts'
import { type Destinations, frontendKey } from './flows.ts'
import type { RelayTarget } from './relay.ts'
import { pickChain } from './table.ts'

export interface PodShare {
  readonly entries: Entries
  /** Of UDP. */
  readonly destinations: Destinations
  /** Nothing is translated to and from loopback addresses: there the port is listened on. */
  readonly relays: readonly RelayTarget[]
}

export function podShare(pod: Pod, families: readonly Family[]): PodShare {
  const entries = new Map<string, string>()
  const destinations = new Map<string, ReadonlySet<string>>()
  const relays: RelayTarget[] = []
  const { spec, status } = pod
  if (spec.hostNetwork || isTerminal(pod)) return { entries, destinations, relays }
  const ports = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ ports }) => ports ?? []).filter(({ hostPort }) => hostPort)
  for (const { ip = '' } of status.podIPs ?? [])
    for (const family of families.filter(each => isOf(each, ip)))
      for (const { protocol, hostPort = 0, hostIP, containerPort } of ports) {
        const host = hostIP && !['0.0.0.0', '::'].includes(hostIP) ? parseAddress(hostIP) : undefined
        if (host && host.family !== family.version) continue
        if ((!host || isLoopback(host)) && protocol !== 'SCTP')
          relays.push({
            host: host ? (hostIP ?? '') : family.version === 4 ? '127.0.0.1' : '::1',
            port: hostPort,
            protocol,
            target: { address: ip, port: containerPort },
          })
        if (host && isLoopback(host)) continue
        const put = (place: Places, key: string, value = '') => entries.set(idOf({ family: family.name, place, key }), value)
        const [address, name] = [host ? `${hostIP} . ` : '', protocolOf(protocol)]
        const chain = pickChain({ protocol: name, isNode: !host, isHere: false, backends: 1 })
        put(host ? 'services' : 'nodeports', `${address}${name} . ${hostPort}`, `goto ${chain}`)
        put(`${host ? 'endpoints' : 'nodeport-endpoints'}-${name}`, `${address}${hostPort} . 0`, `${ip} . ${containerPort}`)
        const frontend = { port: hostPort, ...(host && hostIP && { address: hostIP }) }
        if (protocol === 'UDP') destinations.set(frontendKey(family, frontend), new Set([`${ip} ${containerPort}`]))
        put('hairpin', `${ip} . ${ip}`)
      }
  return { entries, destinations, relays }
}
