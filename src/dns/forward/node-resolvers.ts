/** The resolvers of this machine, read again when their file changes: laptops change networks. */
import { readFileSync } from 'node:fs'
import type { Clock } from '#base/clock.ts'
import { isStub, parseResolver, REAL_RESOLVER_FILE, RESOLVER_FILE } from '#base/resolver-file.ts'
import { parseUpstream, type Upstream } from '../settings.ts'

/** So often the files are looked at, at most, and only when somebody asks. */
const LOOK_MS = 5_000

export interface ResolverFiles {
  readonly usual: string
  readonly real: string
}
export const RESOLVER_FILES: ResolverFiles = { usual: RESOLVER_FILE, real: REAL_RESOLVER_FILE }

/** The servers of a resolv.conf, or those behind systemd-resolved where it names only that. Cluster DNS itself is none. */
export function upstreamsOf(usual: string, real: string | undefined, own: readonly string[]): readonly Upstream[] {
  const named = parseResolver(usual)
  const { servers } = isStub(named) && real !== undefined ? parseResolver(real) : named
  return servers.flatMap(server => (own.includes(server) ? [] : (parseUpstream(server) ?? [])))
}

/** Gives the servers of now. */
export function nodeResolvers(clock: Clock, own: readonly string[], files: ResolverFiles = RESOLVER_FILES): () => readonly Upstream[] {
  let known: readonly Upstream[] = []
  let lookAt = 0
  return () => {
    if (clock.now() < lookAt) return known
    lookAt = clock.now() + LOOK_MS
    known = upstreamsOf(read(files.usual) ?? '', read(files.real), own)
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
