/** What the kernel says of a process: its processor time and its resident memory. */
import { readFileSync } from 'node:fs'

/** Linux counts in 1/100 s for user space on all architectures (USER_HZ). */
const TICKS_PER_S = 100

/** Seconds of processor time, user and system, since the process began (proc_pid_stat(5)). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}
/** Resident memory in MB (10^6 bytes). */
export const residentMegabytes = (pid: number): number => megabytes(pid, 'VmRSS')
/** The part that no file stands behind: without code, and without the store's map, of which the system takes back what it needs. */
export const anonymousMegabytes = (pid: number): number => megabytes(pid, 'RssAnon')
function megabytes(pid: number, line: string): number {
  const kibibytes = Number(new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return (kibibytes * 1_024) / 1e6
}
