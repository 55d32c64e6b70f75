/** NodeMetrics: what a node uses now. */
import { duration, quantity, time } from '#schema/scalars.ts'
import { field, map } from '#schema/vocabulary.ts'
import { kind } from './group.ts'

export class NodeMetrics extends kind({
  plural: 'nodes',
  singular: '',
  scope: 'Cluster',
  verbs: ['get', 'list'],
  fields: {
    timestamp: field(2, time, 'The end of the time in which it was measured.', { always: true }),
    window: field(3, duration, 'The length of that time.', { always: true }),
    usage: field(4, map(quantity), 'What is used of each resource: cpu on average, memory as the working set.', { always: true }),
  },
  columns: {
    CPU: ({ usage }) => usage['cpu'] ?? '0',
    Memory: ({ usage }) => usage['memory'] ?? '0',
    Window: ({ window }) => window,
  },
}) {}
