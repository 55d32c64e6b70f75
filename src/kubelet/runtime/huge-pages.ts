/** Huge pages: how pods ask for them, and how the kernel and the runtime call their sizes. Pure. Reference: tasks, "Manage HugePages". */
import type { Amounts } from '#kinds/core/pod/resources.ts'
import { quantityValue } from '#schema/quantity.ts'

const PREFIX = 'hugepages-'

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
