/** Who shows no credentials may look whether the server lives, and at its version; nothing else (KEP-4633). */
import type { Incoming, User } from '../request.ts'

export const ANONYMOUS = 'system:anonymous'
export const UNAUTHENTICATED = 'system:unauthenticated'

/** The paths on which nobody needs to be known. */
const OPEN: ReadonlySet<string> = new Set(['/livez', '/readyz', '/healthz', '/version', '/version/'])

export const anonymousUser = ({ path }: Pick<Incoming, 'path'>): User | undefined =>
  OPEN.has(path) ? { name: ANONYMOUS, groups: [UNAUTHENTICATED], extra: {} } : undefined
