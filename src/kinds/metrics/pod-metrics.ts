/** PodMetrics: what the containers of a pod use now. */
import { duration, quantity, string, time } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { formatQuantity, parseQuantity } from '#schema/quantity.ts'
import { kind, struct } from './group.ts'

export class ContainerMetrics extends struct({
  name: field(1, string, 'Name of the container.', { always: true }),
  usage: field(2, map(quantity), 'What is used of each resource: cpu on average, memory as the working set.', { always: true }),
}) {}

/** The sum over all containers. */
function total(containers: readonly ContainerMetrics[], resource: string): string {
  const amounts = containers.map(({ usage }) => parseQuantity(usage[resource] ?? '0'))
  const format = amounts.find(({ nanos }) => nanos > 0n)?.format ?? 'DecimalSI'
  return formatQuantity({ nanos: amounts.reduce((sum, { nanos }) => sum + nanos, 0n), format })
}

export class PodMetrics extends kind({
  plural: 'pods',
  singular: '',
  scope: 'Namespaced',
  verbs: ['get', 'list'],
  fields: {
    timestamp: field(2, time, 'The end of the time in which it was measured.', { always: true }),
    window: field(3, duration, 'The length of that time.', { always: true }),
    containers: field(4, list(ContainerMetrics, { listType: 'atomic' }), 'What each running container uses.', { always: true }),
  },
  columns: {
    CPU: ({ containers }) => total(containers ?? [], 'cpu'),
    Memory: ({ containers }) => total(containers ?? [], 'memory'),
    Window: ({ window }) => window,
  },
}) {}
