/** Flows of UDP that the kernel still leads to where nobody serves any more. Upstream: pkg/proxy/conntrack, CleanStaleEntries. */
import { formatAddress, parseAddress } from '#base/cidr.ts'
import type { Family } from './family.ts'

/** What clients send to; without an address it is a port of the node itself, on all its addresses. */
export interface Frontend {
  readonly address?: string
  readonly port: number
}
/** Whom flows may lead to: by what clients send to, the backends that serve, each as `address port`. */
export type Destinations = ReadonlyMap<string, ReadonlySet<string>>

/** Flows between one frontend and one backend; where nothing was translated these are the same. */
export interface Flow {
  readonly address: string
  readonly port: number
  readonly backend: string
  readonly backendPort: number
}

/** Its address is written as the kernel writes it. */
export function frontendKey({ name }: Family, { address, port }: Frontend): string {
  const parsed = parseAddress(address ?? '')
  return `${name} ${parsed ? formatAddress(parsed) : '*'} ${port}`
}

export interface Judgement {
  readonly family: Family
  readonly destinations: Destinations
  /** The node's addresses, on which its ports are. */
  readonly own: ReadonlySet<string>
}
/**
 * A flow that is in use stays as it began. TCP and SCTP end by themselves; UDP is ended when it leads to nobody who serves: to a pod that
 * is gone, or to nobody, for clients that sent before there was one. Where nobody serves at all flows are left, as they lead nowhere better.
 * Each once.
 */
export function staleFlows(flows: readonly Flow[], { family, destinations, own }: Judgement): readonly Flow[] {
  const stale = new Map<string, Flow>()
  for (const flow of flows) {
    const { address, port, backend, backendPort } = flow
    const of = (frontend: Frontend) => destinations.get(frontendKey(family, frontend))
    const serving = of({ address, port }) ?? (own.has(address) ? of({ port }) : undefined)
    if (serving && !serving.has(`${backend} ${backendPort}`)) stale.set(Object.values(flow).join(' '), flow)
  }
  return [...stale.values()]
}

/** Reference: conntrack(8). */
const command = (verb: '-L' | '-D', { version }: Family, rest = ''): readonly string[] =>
  `conntrack ${verb} -f ipv${version} -p udp ${rest}`.trim().split(' ')
export const listing = (family: Family): readonly string[] => command('-L', family)
export const ending = (family: Family, { address, port, backend, backendPort }: Flow): readonly string[] =>
  command('-D', family, `--orig-dst ${address} --orig-port-dst ${port} --reply-src ${backend} --reply-port-src ${backendPort}`)

/** A line has what clients send, and then what they are answered. */
const LINE = /^udp\b.*? dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) dst=\S+ sport=(\d+)/gm
export const listedFlows = (text: string): readonly Flow[] =>
  [...text.matchAll(LINE)].map(([, address = '', port, backend = '', backendPort]) => ({
    address,
    port: Number(port),
    backend,
    backendPort: Number(backendPort),
  }))
