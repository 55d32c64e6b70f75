/** Flows of UDP that the kernel still leads to where nobody serves any more: which they are, and how they are ended. */
import { entryOf } from './entries.ts'
import type { EntryChange } from './script.ts'

export interface Flow {
  readonly family: 'ip' | 'ip6'
  /** Where clients send to; absent for a port of the node itself. */
  readonly frontend?: string
  readonly port: string
  /** Who answers; absent where flows go that were never translated. */
  readonly backend?: string
}

/**
 * A flow that is in use stays as it began, with the kernel's connection tracking. TCP and SCTP end by themselves; UDP is ended when its
 * backend goes, and when the first one comes for clients that until then were led nowhere. Upstream: pkg/proxy/conntrack.
 */
export function staleFlows(changes: readonly EntryChange[]): readonly Flow[] {
  const gone = new Map<string, Flow>()
  const kept = new Set<string>()
  const begun = new Map<string, Flow>()
  for (const { id, before, after } of changes) {
    const { family, place, key } = entryOf(id)
    const words = key.split(' . ')
    const isNode = place.startsWith('nodeport')
    if (place === 'endpoints-udp' || place === 'nodeport-endpoints-udp') {
      const [frontend, port = ''] = isNode ? [undefined, words[0]] : words
      const flow = { family, port, ...(frontend && { frontend }) }
      const name = (value: string) => `${family} ${frontend} ${port} ${value}`
      if (before !== undefined) gone.set(name(before), { ...flow, backend: before.split(' . ')[0] ?? '' })
      if (after !== undefined) kept.add(name(after))
    }
    if ((place === 'services' || place === 'nodeports') && before === undefined) {
      const [frontend, protocol, port = ''] = isNode ? [undefined, ...words] : words
      if (protocol === 'udp') begun.set(`${family} ${frontend} ${port}`, { family, port, ...(frontend && { frontend }) })
    }
  }
  return [...[...gone].filter(([name]) => !kept.has(name)).map(([, flow]) => flow), ...begun.values()]
}

/** The command of conntrack(8). `own`: the node's addresses, to which flows to its ports go that were never translated. */
export function endingCommands({ family, frontend, port, backend }: Flow, own: readonly string[]): readonly (readonly string[])[] {
  const common = ['conntrack', '-D', '-f', family === 'ip6' ? 'ipv6' : 'ipv4', '-p', 'udp', '--orig-port-dst', port]
  if (backend !== undefined) return [[...common, ...(frontend ? ['--orig-dst', frontend] : []), '--reply-src', backend]]
  return (frontend ? [frontend] : own).map(address => [...common, '--orig-dst', address, '--reply-src', address])
}
