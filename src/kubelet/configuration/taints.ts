/** How the taints of a kubelet configuration are read. */
import { isLabelValue, isQualifiedName } from '#kinds/meta/names.ts'
import { type Reader, WrongValue } from './readers.ts'
import type { RegisteredTaint } from './settings.ts'

const EFFECTS: readonly unknown[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export const taints: Reader<readonly RegisteredTaint[]> = value => {
  if (!Array.isArray(value))
    throw new WrongValue(`${JSON.stringify(value)} is no list; write each taint in a line of its own that begins with "- "`)
  return value.map(item => {
    const { key, value, effect, ...others } = (item ?? {}) as Readonly<Record<string, unknown>>
    const isValue = value === undefined || (typeof value === 'string' && !isLabelValue(value))
    const isTaint = typeof key === 'string' && !isQualifiedName(key) && isValue && EFFECTS.includes(effect)
    if (!isTaint || Object.keys(others).length)
      throw new WrongValue(
        `${JSON.stringify(item)} is no taint; give one like {key: example.com/dedicated, value: gpu, effect: NoSchedule}`,
      )
    return { key, effect: effect as string, ...(typeof value === 'string' && { value }) }
  })
}
