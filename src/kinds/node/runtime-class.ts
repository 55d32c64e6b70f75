/** RuntimeClass: ?file node/runtime-class. */
import { Toleration } from '#kinds/core/taint.ts'
import { quantity, string } from '#schema/scalars.ts'
import { field, list, map } from '#schema/vocabulary.ts'
import { kind, struct } from './group.ts'

export class Overhead extends struct({
  podFixed: field(1, map(quantity), '?Overhead.podFixed'),
}) {}

export class Scheduling extends struct({
  nodeSelector: field(1, map(string, { atomic: true }), '?Scheduling.nodeSelector'),
  tolerations: field(2, list(Toleration, { listType: 'atomic' }), '?Scheduling.tolerations'),
}) {}

export class RuntimeClass extends kind({
  plural: 'runtimeclasses',
  scope: 'Cluster',
  fields: {
    handler: field(2, string, '?RuntimeClass.handler', { required: true }),
    overhead: field(3, Overhead, '?RuntimeClass.overhead'),
    scheduling: field(4, Scheduling, '?RuntimeClass.scheduling'),
  },
}) {}
