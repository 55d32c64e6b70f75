/** What of the machine is for pods. Pure. Reference: tasks, "Reserve Compute Resources for System Daemons", node allocatable. */
import { formatQuantity, milliValue, quantityOf, quantityValue } from '#schema/quantity.ts'
import type { KubeletSettings } from '../configuration/settings.ts'
import { heldBack } from '../eviction/thresholds.ts'
import type { GroupLimits } from '../pods/cgroup.ts'
import type { Machine } from './machine.ts'

export type Amounts = Readonly<Record<string, string>>
export type Shares = Pick<KubeletSettings, 'podsMax' | 'podsPerCore' | 'reserved' | 'eviction'>

export const podsMaxOf = ({ cpus }: Pick<Machine, 'cpus'>, { podsMax, podsPerCore }: Pick<Shares, 'podsMax' | 'podsPerCore'>): number =>
  podsPerCore > 0 ? Math.min(podsMax, podsPerCore * cpus) : podsMax

/** What there is, and what remains of it after reservations and what eviction keeps free. */
export function capacityOf(
  machine: Pick<Machine, 'cpus' | 'memoryBytes' | 'diskBytes' | 'hugePages'>,
  shares: Shares,
): { readonly capacity: Amounts; readonly allocatable: Amounts } {
  const { reserved, eviction } = shares
  const { cpus, memoryBytes, diskBytes, hugePages } = machine
  const kib = (bytes: number) => `${Math.floor(bytes / 1024)}Ki`
  const pages = Object.entries(hugePages).map(([name, bytes]) => [name, formatQuantity(quantityOf(bytes, 'BinarySI'))] as const)
  const rest = { ...Object.fromEntries(pages), pods: String(podsMaxOf(machine, shares)) }
  // Set aside as they are, they are no memory for anything else.
  const inHugePages = Object.values(hugePages).reduce((sum, bytes) => sum + bytes, 0)
  const milli = left(cpus * 1000, milliValue(reserved.cpu ?? '0'))
  const memory = left(
    memoryBytes,
    quantityValue(reserved.memory ?? '0'),
    heldBack(eviction.thresholds, 'memory.available', memoryBytes),
    inHugePages,
  )
  const storage = left(
    diskBytes,
    quantityValue(reserved['ephemeral-storage'] ?? '0'),
    heldBack(eviction.thresholds, 'nodefs.available', diskBytes),
  )
  return {
    capacity: { cpu: String(cpus), ...rest, memory: kib(memoryBytes), 'ephemeral-storage': kib(diskBytes) },
    allocatable: {
      cpu: milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`,
      ...rest,
      memory: kib(memory),
      'ephemeral-storage': String(storage),
    },
  }
}
const left = (all: number, ...parts: readonly number[]): number =>
  Math.max(
    0,
    parts.reduce((remaining, part) => remaining - part, all),
  )

/** What all pods together are kept to. What eviction keeps free is not taken off: it must be passed for eviction to begin. */
export function allPodsLimits(
  { cpus, memoryBytes, hugePages, threadsMax }: Pick<Machine, 'cpus' | 'memoryBytes' | 'hugePages'> & { readonly threadsMax: number },
  reserved: Shares['reserved'],
): GroupLimits {
  return {
    milliCpu: left(cpus * 1000, milliValue(reserved.cpu ?? '0')),
    memoryBytesMax: left(memoryBytes, quantityValue(reserved.memory ?? '0')),
    hugePagesMax: hugePages,
    pidsMax: left(threadsMax, quantityValue(reserved.pid ?? '0')),
  }
}
