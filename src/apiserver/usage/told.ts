/** What was measured, as objects of the resource metrics API. */
import { formatDuration } from '#base/duration.ts'
import { timestamp } from '#base/clock.ts'
import type { Node } from '#kinds/core/node.ts'
import type { Pod } from '#kinds/core/pod.ts'
import { formatQuantity } from '#schema/quantity.ts'
import type { AnyObject } from '../resources/item.ts'
import type { Readings } from './meter.ts'
import { containerKey, type Use, useBetween } from './samples.ts'

/** Undefined when the node was not measured. */
export function nodeMetrics({ metadata }: Node, { before, after }: Readings): Omit<AnyObject, 'apiVersion' | 'kind'> | undefined {
  const use = useBetween(before.node, after.node)
  return use && { ...told(metadata, use), usage: usage(use) }
}

/** Undefined when one of the pod's running containers was not measured, as its use would look too small. Ended ones use nothing. */
export function podMetrics({ metadata, status }: Pod, { before, after }: Readings): Omit<AnyObject, 'apiVersion' | 'kind'> | undefined {
  const running = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].filter(({ state }) => state?.running)
  const measured = running.map(({ name }) => {
    const key = containerKey(metadata.namespace ?? '', metadata.name ?? '', name)
    return { name, use: useBetween(before.containers.get(key), after.containers.get(key)) }
  })
  const known = measured.flatMap(({ name, use }) => (use ? [{ name, use }] : []))
  const [first] = known
  if (!first || known.length < measured.length) return undefined
  const widest = known.reduce((most, { use }) => (use.windowMs > most.windowMs ? use : most), first.use)
  return { ...told(metadata, widest), containers: known.map(({ name, use }) => ({ name, usage: usage(use) })) }
}

const told = ({ name, namespace, labels }: Node['metadata'], { at, windowMs }: Use) => ({
  metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }), creationTimestamp: timestamp(at) },
  timestamp: timestamp(at),
  window: formatDuration(BigInt(windowMs) * 1_000_000n),
})
const usage = ({ cpuNanoCores, memoryBytes }: Use) => ({
  cpu: formatQuantity({ nanos: BigInt(cpuNanoCores), format: 'DecimalSI' }),
  memory: `${Math.floor(memoryBytes / 1024)}Ki`,
})
