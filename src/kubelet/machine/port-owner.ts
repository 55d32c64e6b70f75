/** Who on this machine listens on a port of every address, so that nobody else can have it on one of them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { commandLineOf } from '#base/processes.ts'

export interface PortOwner {
  readonly protocol: 'TCP' | 'UDP'
  /** Absent when the process cannot be seen. */
  readonly process?: { readonly pid: number; readonly program: string }
}
const TABLES = [
  ['UDP', 'udp'],
  ['UDP', 'udp6'],
  ['TCP', 'tcp'],
  ['TCP', 'tcp6'],
] as const
/** Listening TCP sockets and unconnected UDP sockets in /proc/net (proc_net(5)). */
const STATES = ['0A', '07']

export function portOwner(port: number): PortOwner | undefined {
  for (const [protocol, file] of TABLES) {
    const inode = inodeOn(port, readFileSync(`/proc/net/${file}`, 'utf8'))
    if (inode === undefined) continue
    const pid = processWith(`socket:[${inode}]`)
    const program = pid === undefined ? undefined : commandLineOf(pid)?.[0]
    return { protocol, ...(pid !== undefined && { process: { pid, program: program?.split('/').at(-1) ?? '?' } }) }
  }
  return undefined
}

/** The socket that listens on the port of all addresses; columns as in proc_net(5). */
export function inodeOn(port: number, table: string): string | undefined {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const line of table.trim().split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/)
    const [, local = '', , state = ''] = columns
    if (local.endsWith(ending) && /^0+:/.test(local) && STATES.includes(state)) return columns[9]
  }
  return undefined
}
function processWith(socket: string): number | undefined {
  for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    if (descriptorsOf(name).includes(socket)) return Number(name)
  }
  return undefined
}
function descriptorsOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(descriptor => readlinkSync(`/proc/${pid}/fd/${descriptor}`))
  } catch (error) {
    // It has ended meanwhile, or is another user's.
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
