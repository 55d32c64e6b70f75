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
export function residentMegabytes(pid: number): number {
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return (kibibytes * 1_024) / 1e6
}
