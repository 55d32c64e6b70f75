/** The resolvers of this machine, read again when their file changes: laptops change networks. */
import { readFileSync } from 'node:fs'
import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { isStub, parseResolver, REAL_RESOLVER_FILE, RESOLVER_FILE } from '#base/resolver-file.ts'
import { parseUpstream, type Upstream } from '../settings.ts'

/** So often the files are looked at, at most, and only when somebody asks. */
const LOOK_MS = 5_000

export interface ResolverFiles {
  readonly usual: string
  readonly real: string
}
const RESOLVER_FILES: ResolverFiles = { usual: RESOLVER_FILE, real: REAL_RESOLVER_FILE }

export interface NodeResolver {
  readonly upstreams: readonly Upstream[]
  /** The domains in which short names are looked for. */
  readonly searches: readonly string[]
}
/** What a resolv.conf says, or that behind systemd-resolved where it names only that. Cluster DNS itself is no upstream. */
export function nodeResolver(usual: string, real: string | undefined, own: readonly string[]): NodeResolver {
  const named = parseResolver(usual)
  const { servers, searches } = isStub(named) && real !== undefined ? parseResolver(real) : named
  return { upstreams: servers.flatMap(server => (own.includes(server) ? [] : (parseUpstream(server) ?? []))), searches }
}

export interface WatchOptions {
  readonly clock: Clock
  readonly log: Log
  /** Addresses on which cluster DNS answers. */
  readonly own: readonly string[]
  readonly files?: ResolverFiles
}
/** Gives what holds now. */
export function watchedResolver({ clock, log, own, files = RESOLVER_FILES }: WatchOptions): () => NodeResolver {
  let known: NodeResolver = { upstreams: [], searches: [] }
  let lookAt = 0
  return () => {
    if (clock.now() < lookAt) return known
    lookAt = clock.now() + LOOK_MS
    try {
      known = nodeResolver(read(files.usual) ?? '', read(files.real), own)
    } catch (error) {
      log.warn({ error }, "cannot read the node's resolver configuration; what it said before holds")
    }
    return known
  }
}
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
