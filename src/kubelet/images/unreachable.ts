/** Whether a registry gave no answer at all, as against one that refuses. */

/** How the runtime begins when a request was not answered, whatever went wrong on the way. */
const UNANSWERED = 'failed to do request: '
/** Somebody answered there whom the node does not trust: people must hear of that. */
const DISTRUSTED = /x509: |tls: /
/** Before any request: names and connections. */
const NO_WAY = /dial tcp|no such host|connection refused|i\/o timeout|network is unreachable|name resolution|server misbehaving|connect: /

/** By the message of a pull that failed. Source: containerd's resolver, and Go's net and net/http. */
export const isUnreachable = (message: string): boolean =>
  NO_WAY.test(message) || (message.includes(UNANSWERED) && !DISTRUSTED.test(message))
