/** Services whose clients stay with a pod: a chain of their own, and for each backend a set of the clients that it has. */
import { createHash } from 'node:crypto'
import { type Entries, idOf, RULE_END } from './entries.ts'
import type { Family } from './family.ts'

export interface StickyPort {
  readonly family: Family
  /** Identifies the service's port. */
  readonly port: string
  readonly protocol: string
  readonly list: 'all' | 'here'
  /** `address . port` each. */
  readonly backends: readonly string[]
  readonly timeoutS: number
}

/** The timer of a client starts anew with each of its connections. Upstream: pkg/proxy/nftables, affinity sets. */
export function stickyEntries({ family, port, protocol, list, backends, timeoutS }: StickyPort): {
  readonly chain: string
  readonly entries: Entries
} {
  const entries = new Map<string, string>()
  const put = (place: 'chain' | 'set', key: string, value: string) => entries.set(idOf({ family: family.name, place, key }), value)
  const chain = `sticky-${shortHash(`${port} ${list}`)}`
  const names = backends.map(backend => shortHash(`${port} ${backend} ${timeoutS}`))
  for (const [i, backend] of backends.entries()) {
    const clients = `clients-${names[i]}`
    put('set', clients, `type ${family.type}; flags dynamic,timeout; timeout ${timeoutS}s;`)
    put(
      'chain',
      `backend-${names[i]}`,
      `meta l4proto ${protocol} update @${clients} { ${family.name} saddr } dnat ${family.name} to ${target(backend, family)}`,
    )
  }
  const known = names.map(name => `${family.name} saddr @clients-${name} goto backend-${name}`)
  const choices = names.map((name, i) => `${i} : goto backend-${name}`)
  put('chain', chain, [...known, `numgen random mod ${names.length} vmap { ${choices.join(', ')} }`].join(RULE_END))
  return { chain, entries }
}

const target = (backend: string, { version }: Family): string => {
  const [address = '', port = ''] = backend.split(' . ')
  return version === 6 ? `[${address}]:${port}` : `${address}:${port}`
}
const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
