/** What is known of this machine: size, system, addresses. Read from the kernel, with the limits of the container that we may be in. */
import { existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { arch, availableParallelism, hostname, networkInterfaces, release } from 'node:os'
import { hugePagesResource } from '../runtime/huge-pages.ts'

export interface Machine {
  readonly hostname: string
  readonly architecture: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly diskFreeBytes: number
  readonly kernelVersion: string
  readonly osImage: string
  readonly machineId: string
  readonly systemUuid: string
  readonly bootId: string
  readonly swapBytes: number
  /** Bytes set aside in huge pages, by resource name: `hugepages-2Mi`. */
  readonly hugePages: Readonly<Record<string, number>>
  /** Addresses by which others reach this machine, the one of the default route first. */
  readonly addresses: readonly string[]
}

/** `folder` is where containers and volumes are kept. */
export function readMachine(folder: string): Machine {
  const meminfo = text('/proc/meminfo')
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0) * 1024
  const disk = statfsSync(folder)
  return {
    hostname: hostname().toLowerCase(),
    architecture: arch() === 'x64' ? 'amd64' : arch(),
    cpus: cpus(),
    memoryBytes: Math.min(kib('MemTotal'), memoryLimit()),
    diskBytes: disk.blocks * disk.bsize,
    diskFreeBytes: disk.bavail * disk.bsize,
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)/m.exec(text('/etc/os-release'))?.[1] ?? 'Linux',
    machineId: text('/etc/machine-id').trim(),
    systemUuid: text('/sys/class/dmi/id/product_uuid').trim() || text('/etc/machine-id').trim(),
    bootId: text('/proc/sys/kernel/random/boot_id').trim(),
    swapBytes: kib('SwapTotal'),
    hugePages: hugePages(),
    addresses: addresses(),
  }
}

/** Empty when the machine does not have the file, or does not let us read it. */
function text(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return ''
    throw error
  }
}

/** Reference: kernel, admin-guide/mm/hugetlbpage. */
function hugePages(): Readonly<Record<string, number>> {
  const folder = '/sys/kernel/mm/hugepages'
  const sizes = existsSync(folder) ? readdirSync(folder) : []
  return Object.fromEntries(
    sizes.map(name => {
      const kib = Number(/\d+/.exec(name)?.[0])
      return [hugePagesResource(kib), Number(text(`${folder}/${name}/nr_hugepages`)) * kib * 1024]
    }),
  )
}

function cpus(): number {
  const [quota, period] = text('/sys/fs/cgroup/cpu.max').split(' ').map(Number)
  const limit = quota && period ? quota / period : Number.POSITIVE_INFINITY
  return Math.max(1, Math.floor(Math.min(availableParallelism(), limit)))
}
function memoryLimit(): number {
  const limits = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'].map(path => Number(text(path).trim()))
  return Math.min(...limits.map(limit => (limit > 0 ? limit : Number.POSITIVE_INFINITY)))
}

/** The device of the default route, from the kernel's table. */
export const defaultDevice = (): string | undefined =>
  text('/proc/net/route')
    .split('\n')
    .map(line => line.split('\t'))
    .find(([, destination]) => destination === '00000000')?.[0]

function addresses(): readonly string[] {
  const all = networkInterfaces()
  const usable = (device: string) =>
    (all[device] ?? []).filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address)
  const device = defaultDevice()
  const own = device ? usable(device) : Object.keys(all).flatMap(usable)
  const [four, six] = [own.find(address => address.includes('.')), own.find(address => address.includes(':'))]
  // A machine without any network still has itself.
  return [four ?? six ?? '127.0.0.1', ...(four && six ? [six] : [])]
}
