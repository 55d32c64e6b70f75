/** Why a server could not be reached, in the words in which Kubernetes' users look for it: those of Go's net and net/http. */

const CONNECT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
}

/** `at`: the server's `host:port`. What has no other words stays as it is. */
export function dialFailure(error: unknown, at: string): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  if (CONNECT[code]) return `dial tcp ${at}: connect: ${CONNECT[code]}`
  // It ended the connection before it had answered.
  if (code === 'ECONNRESET') return 'EOF'
  if (code === 'EPROTO' && message.includes('wrong version number')) return 'http: server gave HTTP response to HTTPS client'
  return message
}
