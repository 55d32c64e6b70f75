/** What has gone through network interfaces since they were made. Format: proc_pid_net(5), dev. */
import { readFileSync } from 'node:fs'

export interface Traffic {
  readonly name: string
  readonly rxBytes: number
  readonly rxErrors: number
  readonly txBytes: number
  readonly txErrors: number
}

/** Of all interfaces but the loopback. */
export const parseTraffic = (text: string): readonly Traffic[] =>
  text.split('\n').flatMap(line => {
    const [, name = '', rest = ''] = /^\s*([^:\s]+):(.*)$/.exec(line) ?? []
    const [rxBytes = 0, , rxErrors = 0, , , , , , txBytes = 0, , txErrors = 0] = rest.trim().split(/\s+/).map(Number)
    return name && name !== 'lo' ? [{ name, rxBytes, rxErrors, txBytes, txErrors }] : []
  })

/** In the network of a process; none when it has ended. */
export function trafficOf(pid: number | 'self'): readonly Traffic[] {
  try {
    return parseTraffic(readFileSync(`/proc/${pid}/net/dev`, 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
