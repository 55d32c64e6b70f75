/** The network links that this process sees. */
import { readFileSync } from 'node:fs'

/** Of the process's own network namespace, whatever is mounted on /sys. Reference: proc_pid_net(5). */
export const linkNames = (): readonly string[] =>
  readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .flatMap(line => /^\s*([^:\s]+):/.exec(line)?.[1] ?? [])
