/** Huge pages: how pods ask for them, and how the kernel and the runtime call their sizes. Pure. Reference: tasks, "Manage HugePages". */
import type { Amounts } from '#kinds/core/pod/resources.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { formatQuantity, quantityOf, quantityValue } from '#schema/quantity.ts'
import { VolumeProblem } from '../volumes/volume-problem.ts'

const PREFIX = 'hugepages-'

/** The resource of a size of pages that the kernel names by KiB: `hugepages-2048kB`. */
export const hugePagesResource = (kib: number): string => `${PREFIX}${formatQuantity(quantityOf(kib * 1024, 'BinarySI'))}`

/** In bytes, by resource name. */
export const hugePagesOf = (amounts: Amounts | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(amounts ?? {})
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, amount]) => [name, quantityValue(amount)]),
  )

/** `hugepages-2Mi` is `2MB` to control groups and to the runtime. */
export function hugePageSize(resource: string): string {
  const bytes = quantityValue(resource.slice(PREFIX.length))
  const [size, unit] = bytes >= 2 ** 30 ? [bytes / 2 ** 30, 'GB'] : bytes >= 2 ** 20 ? [bytes / 2 ** 20, 'MB'] : [bytes / 2 ** 10, 'KB']
  return `${size}${unit}`
}

/** What the runtime is told of a container: each size that the machine has, none of it unless the container asks. */
export function hugePageLimits(limits: Amounts | undefined, machineHas: readonly string[]) {
  const asked = hugePagesOf(limits)
  return machineHas.map(name => ({ pageSize: hugePageSize(name), limit: asked[name] ?? 0 }))
}

/**
 * The page size of a volume in huge pages, as mount(8) is told. `HugePages` stands for the one size that the pod's containers ask for.
 * Throws VolumeProblem. Upstream: getPageSizeMountOption.
 */
export function volumePageSize(medium: string, { spec }: Pod): string {
  const requests = [spec.resources, ...[...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources)]
  const names = requests.flatMap(resources => Object.keys(hugePagesOf(resources?.requests)))
  const sizes = new Set(names.map(name => quantityValue(name.slice(PREFIX.length))))
  const wanted = medium === MEDIUM ? undefined : quantityValue(medium.slice(MEDIUM.length + 1))
  if (wanted === undefined && sizes.size > 1)
    throw new VolumeProblem(`medium: ${medium} can't be used if container requests multiple huge page sizes`)
  const found = [...sizes].find(size => wanted === undefined || size === wanted)
  if (found === undefined)
    throw new VolumeProblem(`medium ${medium}: hugePages storage requested, but there is no resource request for huge pages`)
  return String(found)
}
const MEDIUM = 'HugePages'
