/** In which order a pod's group and its containers get other sizes, so that none is ever larger than what it stands in. Pure. Upstream: doPodResizeAction. */
import type { Container } from '#kinds/core/container.ts'
import type { ResourceRequirements } from '#kinds/core/resources.ts'
import { milliValue, quantityValue } from '#schema/quantity.ts'
import { type Applied, effective, type Resizable, sameIn } from './resize.ts'

/** The values of a pod's group by file, as the kernel has them and as they are to be. */
export type GroupFiles = Readonly<Record<string, string>>
export interface Change {
  readonly container: Container
  readonly id: string
  readonly from: Applied
  readonly to: Applied
}
export type PlannedStep =
  | { readonly do: 'group'; readonly files: GroupFiles }
  | { readonly do: 'container'; readonly change: Change; readonly applied: Applied }

/** Memory before CPU; a limit and a weight of both versions of control groups. */
const FILES = {
  memory: { limit: ['memory/memory.limit_in_bytes', 'memory.max'], weight: [] },
  cpu: { limit: ['cpu/cpu.cfs_quota_us', 'cpu.max'], weight: ['cpu/cpu.shares', 'cpu.weight'] },
} as const

export function resizePlan(now: GroupFiles, next: GroupFiles, changes: readonly Change[]): readonly PlannedStep[] {
  return (['memory', 'cpu'] as const).flatMap(resource => {
    const { limit, weight } = FILES[resource]
    const grown = (files: readonly string[], sign: 1 | -1): readonly PlannedStep[] =>
      files.flatMap(file => {
        const to = next[file]
        return to !== undefined && sign * (valueOf(to) - valueOf(now[file] ?? to)) > 0
          ? [{ do: 'group' as const, files: { [file]: to } }]
          : []
      })
    return [...grown(limit, 1), ...grown(weight, 1), ...containerSteps(changes, resource), ...grown(weight, -1), ...grown(limit, -1)]
  })
}
/** No limit is the largest; of `cpu.max` the quota counts, its period never changes. */
function valueOf(text: string): number {
  const [first = ''] = text.trim().split(' ')
  return first === 'max' || first === '-1' ? Number.MAX_VALUE : Number(first)
}

/** Those that get less come first. Of the other resource each keeps what it has at that moment. */
function containerSteps(changes: readonly Change[], resource: Resizable): readonly PlannedStep[] {
  const concerned = changes.filter(({ from, to }) => !sameIn(effective(from), effective(to), resource))
  const ordered = concerned.map(change => ({ change, by: growth(change, resource) })).toSorted((a, b) => a.by - b.by)
  return ordered.map(({ change }) => ({ do: 'container', change, applied: between(change, resource) }))
}
function growth({ from, to }: Change, resource: Resizable): number {
  const [next, before] = [effective(to), effective(from)]
  const amount = (text = '0') => (resource === 'cpu' ? milliValue(text) : quantityValue(text))
  const by = (side: 'limits' | 'requests') => amount(next[side]?.[resource]) - amount(before[side]?.[resource])
  return Math.sign(by('limits') || by('requests'))
}
/** Memory is changed by then when CPU is. */
function between({ from, to }: Change, resource: Resizable): Applied {
  if (resource === 'cpu') return to
  const pod = mixed(from.pod, to.pod)
  return { own: mixed(from.own, to.own) ?? {}, ...(pod && { pod }) }
}
function mixed(from: ResourceRequirements | undefined, to: ResourceRequirements | undefined): ResourceRequirements | undefined {
  if (!from && !to) return undefined
  const side = (name: 'limits' | 'requests') => {
    const { cpu: _, ...rest } = to?.[name] ?? {}
    const cpu = from?.[name]?.['cpu']
    return { ...rest, ...(cpu !== undefined && { cpu }) }
  }
  return { ...to, limits: side('limits'), requests: side('requests') }
}

/** Which limits of memory get smaller: the pod's in bytes, and those of containers by name. Upstream: validateMemoryResizeAction. */
export function shrinkingMemory(now: GroupFiles, next: GroupFiles, changes: readonly Change[]) {
  const file = FILES.memory.limit.find(name => name in next)
  const limit = valueOf((file && next[file]) ?? '-1')
  const pod = file !== undefined && limit < valueOf(now[file] ?? '-1') ? limit : undefined
  const containers = changes.flatMap(({ container, from, to }) => {
    const [before, after] = [from, to].map(one => quantityValue(effective(one).limits?.['memory'] ?? '0')) as [number, number]
    return after !== 0 && (before === 0 || after < before) ? [{ name: container.name, limit: after }] : []
  })
  return { pod, containers }
}
